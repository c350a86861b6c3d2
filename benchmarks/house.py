"""
Measures of the code itself: sizes, arguments, complexity, documentation, constants.

``python -m benchmarks.house [--root FOLDER]`` prints the table of CONTRIBUTING.md for a checkout:
two states of the project are compared by giving it both.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np

BRANCHES = (ast.If, ast.For, ast.While, ast.IfExp, ast.comprehension, ast.ExceptHandler, ast.Assert)


def code_lines(text: str, tree: ast.AST) -> tuple[int, int]:
    """Count the lines of code and of docstrings of a file, without blank lines and comments."""
    told: set[int] = set()
    texts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            if first is not None and ast.get_docstring(node, clean=False) is not None:
                told |= _span(first)
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            texts |= _span(node)
    plain = (line.strip() for line in text.splitlines())
    filled = {at for at, line in enumerate(plain, 1) if line and not line.startswith("#")}
    lines = filled | texts  # a blank line within a text is one of its lines
    return len(lines - told), len(told)


def _span(node: ast.expr | ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield every function and method of a file."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def body_lines(function: ast.FunctionDef) -> int:
    """Count the lines of a function from its first statement after the docstring to its end."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def complexity(function: ast.FunctionDef) -> int:
    """Count the ways through a function, as McCabe does."""
    ways = 1
    for node in ast.walk(function):
        ways += isinstance(node, BRANCHES)
        ways += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
    return ways


def arguments(function: ast.FunctionDef) -> int:
    """Count the arguments of a function, ``self`` apart."""
    all_of = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return len([entry for entry in all_of if entry.arg not in {"self", "cls"}])


def is_typed(function: ast.FunctionDef) -> bool:
    """Tell whether every argument and the answer carry a type."""
    all_of = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    named = all(entry.annotation for entry in all_of if entry.arg not in {"self", "cls"})
    return named and function.returns is not None


def constants(tree: ast.Module) -> int:
    """Count names in capitals that a module sets to a number."""
    found = 0
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        value = getattr(node, "value", None)
        if isinstance(value, ast.UnaryOp):
            value = value.operand
        is_number = isinstance(value, ast.Constant) and isinstance(value.value, int | float)
        found += sum(
            is_number and isinstance(entry, ast.Name) and entry.id.strip("_").isupper()
            for entry in targets
        )
    return found


def _at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a file that are run, not those that only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _at_run_time(node)


def levels(trees: dict[str, ast.Module]) -> int:
    """Count the levels of the import graph: a module lies above all that it imports."""
    below: dict[str, set[str]] = {}
    for module, tree in trees.items():
        found = set()
        for node in _at_run_time(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
        below[module] = (found & set(trees)) - {module}
    level: dict[str, int] = {}
    for module in TopologicalSorter(below).static_order():
        level[module] = 1 + max((level[name] for name in below[module]), default=0)
    return max(level.values())


def spread(values: list[int]) -> str:
    """Write median, 90th percentile and maximum."""
    return f"{np.median(values):.0f} / {np.percentile(values, 90):.0f} / {max(values)}"


def measured(folder: Path, root: Path) -> dict[str, str]:
    """
    Measure the code below a folder.

    Parameters
    ----------
    folder
        Of the package or a floor of it.
    root
        Folder that holds the package: modules are named from here.

    Returns
    -------
    rows
        By the words of the table.
    """
    paths = [path for path in sorted(folder.rglob("*.py")) if path.name != "__init__.py"]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    lines = [code_lines(texts[path], trees[path]) for path in paths]
    every = [function for tree in trees.values() for function in functions(tree)]
    modules = {
        ".".join(path.relative_to(root).with_suffix("").parts): tree for path, tree in trees.items()
    }
    code, told = sum(row[0] for row in lines), sum(row[1] for row in lines)
    rooms = [path.parent for path in folder.rglob("*.py")]
    return {
        "modules": str(len(paths)),
        "code lines": f"{code:,}",
        "code lines a module (median / p90 / max)": spread([row[0] for row in lines]),
        "body lines a function (median / p90 / max)": spread([body_lines(one) for one in every]),
        "bodies over 60 lines": str(sum(body_lines(one) > 60 for one in every)),
        "arguments a function (median / p90 / max)": spread([arguments(one) for one in every]),
        "functions of more than 8 arguments": str(sum(arguments(one) > 8 for one in every)),
        "complexity a function (median / p90 / max)": spread([complexity(one) for one in every]),
        "docstrings, share of lines": f"{100 * told / (code + told):.0f} %",
        "typed functions": f"{100 * sum(map(is_typed, every)) / len(every):.0f} %",
        "levels of imports": str(levels(modules)),
        "numbers named at module level": str(sum(map(constants, trees.values()))),
        "most files in a folder": str(max(rooms.count(room) for room in set(rooms))),
    }


def main() -> None:
    """Print the table for the whole package and for its engine."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1])
    root = parser.parse_args().root
    whole = measured(root / "gridplan", root)
    engine = measured(root / "gridplan" / "optimise", root)
    print("| measure | package | engine |\n|---|---|---|")
    for row, value in whole.items():
        print(f"| {row} | {value} | {engine[row]} |")


if __name__ == "__main__":
    main()
