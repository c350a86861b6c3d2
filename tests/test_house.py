"""The code keeps the sizes that CONTRIBUTING.md names; what may exceed them is listed here."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from benchmarks.house import (
    arguments,
    body_lines,
    code_lines,
    complexity,
    constants,
    functions,
    is_typed,
)

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gridplan"
LINES, BODY, ARGUMENTS, WAYS, DOCUMENTED = 250, 60, 8, 25, 0.25
EXCEPTIONS: dict[str, str] = {}
"""What may exceed a limit, as ``path`` or ``path:function``, and why; ten at most."""


@cache
def files() -> tuple[tuple[str, str, ast.Module], ...]:
    """Read every file of the package: its path, text and tree."""
    found = sorted(PACKAGE.rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in found]
    names = [path.relative_to(PACKAGE).as_posix() for path in found]
    return tuple((name, text, ast.parse(text)) for name, text in zip(names, texts, strict=True))


def sizes(which) -> dict[str, tuple[int, int]]:
    """Count the lines of code and of docstrings by file."""
    return {name: code_lines(text, tree) for name, text, tree in files() if which(name, text)}


def measured(measure) -> dict[str, int]:
    return {
        f"{name}:{function.name}": measure(function)
        for name, _, tree in files()
        for function in functions(tree)
    }


def above(values: dict[str, int], limit: int) -> dict[str, int]:
    return {
        name: value for name, value in values.items() if value > limit and name not in EXCEPTIONS
    }


def test_a_file_is_one_noun():
    assert len(files()) > 500
    found = sizes(lambda _, text: text.count("\n") > LINES)
    assert found
    assert not above({name: code for name, (code, _) in found.items()}, LINES)


def test_a_function_is_one_screen():
    assert not above(measured(body_lines), BODY)


def test_a_function_asks_for_few_things():
    assert not above(measured(arguments), ARGUMENTS)


def test_a_function_has_few_ways_through_it():
    assert not above(measured(complexity), WAYS)


def test_everything_is_typed():
    assert not [
        f"{name}:{function.name}"
        for name, _, tree in files()
        for function in functions(tree)
        if not is_typed(function)
    ]


def test_the_engine_is_documented():
    lines = sizes(lambda name, _: name.startswith("optimise/")).values()
    code, told = (sum(column) for column in zip(*lines, strict=True))
    assert told / (code + told) >= DOCUMENTED


def test_the_linter_keeps_the_same_limits():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert lint["lint"]["mccabe"]["max-complexity"] == 10
    assert lint["lint"]["pylint"]["max-args"] == ARGUMENTS
    let_off = re.compile(r"noqa:[^#]*\b(C901|PLR09\d\d)\b")
    assert not [name for name, text, _ in files() if let_off.search(text)]


def test_exceptions_are_few_and_needed():
    assert len(EXCEPTIONS) <= 10
    named = {name for name, _, _ in files()} | set(measured(body_lines))
    assert not set(EXCEPTIONS) - named
    assert all(len(why.split()) > 3 for why in EXCEPTIONS.values())


@pytest.mark.parametrize("source", ["A = 3\n", "_B: float = -0.5\n"])
def test_a_number_named_at_module_level_is_counted(source):
    assert constants(ast.parse(source)) == 1
