"""A module imports only from its own floor and the floors below it."""

import ast
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
    "doors",
]
GROUND = {"errors", "text", "version"}
DOORS = {"cli", "api", "ui", "__main__", "__init__"}


def floor_of(module: str) -> int:
    room = module.split(".")[1] if "." in module else "__init__"
    if room in GROUND:
        return 0
    return FLOORS.index("doors" if room in DOORS else room)


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.split(".")[0] == "gridplan"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.stem)
def test_imports_point_down(path):
    relative = path.relative_to(PACKAGE.parent).with_suffix("")
    own = floor_of(".".join(relative.parts).removesuffix(".__init__"))
    above = {name for name in imports_of(path) if floor_of(name) > own}
    assert not above, f"{relative} imports from a floor above its own"


def test_the_rule_can_fail(tmp_path):
    file = tmp_path / "wrong.py"
    file.write_text("from gridplan.outputs.map.maps import plan_map\n", encoding="utf-8")
    assert {floor_of(name) for name in imports_of(file)} == {FLOORS.index("outputs")}
