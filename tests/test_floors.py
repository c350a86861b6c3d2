"""A module imports from its own floor and those below; rooms of a floor have an order too."""

import ast
from collections import Counter, defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "gridplan"
FLOORS = [
    "ground",
    "optimise",
    "district",
    "travel",
    "intake",
    "policy",
    "planning",
    "outputs",
    "lookup",
    "audit",
    "project",
    "batch",
    "doors",
]
GROUND = {"errors", "text", "version"}
DOORS = {"cli", "api", "ui", "__main__", "__init__"}
FILES_A_ROOM = 14


def floor_of(module: str) -> int:
    room = module.split(".")[1] if "." in module else "__init__"
    if room in GROUND:
        return 0
    return FLOORS.index("doors" if room in DOORS else room)


def floor_of_path(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Collect the modules of the package that a file names, functions imported from them too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return frozenset(name for name in found if name.split(".")[0] == "gridplan")


def modules_of(package: Path) -> dict[str, Path]:
    return {
        ".".join(path.relative_to(package.parent).with_suffix("").parts): path
        for path in package.rglob("*.py")
    }


def room_of(module: str) -> str:
    """Name the folder of a module; the files of the ground are a room of their own."""
    name = module.rpartition(".")[0]
    return "gridplan.ground" if floor_of(module) == 0 and name == "gridplan" else name


def ways_between_rooms(package: Path) -> dict[tuple[str, str], set[str]]:
    """Collect, for each pair of rooms, the files of the first that import from the second."""
    modules = modules_of(package)
    ways = defaultdict(set)
    for module, path in modules.items():
        if path.name == "__init__.py":  # the door of a room: it may show what lies deeper
            continue
        for name in imports_of(path) & set(modules):
            if room_of(name) != room_of(module):
                ways[room_of(module), room_of(name)].add(module)
    return ways


def test_the_audit_knows_nothing_of_planning():
    rooms = [path for path in PACKAGE.rglob("*.py") if floor_of_path(path) == "audit"]
    assert len(rooms) > 30
    known = {path.stem: names for path in rooms for names in [imports_of(path)]}
    for room in ("planning", "optimise"):
        named = {
            stem: sorted(name for name in names if name.startswith(f"gridplan.{room}"))
            for stem, names in known.items()
        }
        assert not {stem: names for stem, names in named.items() if names}


def test_imports_point_down():
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE.parent).with_suffix("")
        own = floor_of(".".join(relative.parts).removesuffix(".__init__"))
        above = sorted(name for name in imports_of(path) if floor_of(name) > own)
        wrong += [f"{relative} imports {name}, from a floor above its own" for name in above]
    assert not wrong, "\n".join(wrong)


def order_of(ways: dict[tuple[str, str], set[str]]) -> list[str]:
    below = defaultdict(set)
    for room, other in ways:
        below[room].add(other)
    return list(TopologicalSorter(below).static_order())


def test_rooms_have_an_order():
    ways = ways_between_rooms(PACKAGE)
    try:
        order = order_of(ways)
    except CycleError as error:
        circle = error.args[1]
        pairs = zip(circle[1:], circle[:-1], strict=True)
        pytest.fail("\n".join(f"{a} -> {b}: {sorted(ways[a, b])}" for a, b in pairs))
    assert {"gridplan.audit", "gridplan.optimise.partition.price"} <= set(order)


def test_a_room_is_not_crowded():
    count = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    crowded = {room: files for room, files in count.items() if files > FILES_A_ROOM}
    assert not crowded


def test_the_rules_can_fail(tmp_path):
    file = tmp_path / "wrong.py"
    file.write_text("from gridplan.outputs.map.maps import plan_map\n", encoding="utf-8")
    assert {floor_of(name) for name in imports_of(file)} == {FLOORS.index("outputs")}
    package = tmp_path / "gridplan"
    for room, other in (("a", "b"), ("b", "a")):
        (package / "planning" / room).mkdir(parents=True)
        (package / "planning" / room / "one.py").write_text(
            f"from gridplan.planning.{other}.one import x\n", encoding="utf-8"
        )
    with pytest.raises(CycleError):
        order_of(ways_between_rooms(package))
