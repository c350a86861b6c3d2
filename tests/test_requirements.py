"""What the package imports is pinned, what is pinned is imported, and the README says why."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORTED_AS = {
    "scikit-learn": "sklearn",
    "python-docx": "docx",
    "python-calamine": "python_calamine",
}
ASKED_FOR_BY = {"mapclassify"}  # imported by geopandas when a table is explored on a map
# Imported, and required by one that is pinned.
COMES_WITH = {"threadpoolctl": "scikit-learn", "dask": "distributed", "altair": "streamlit"}


def pinned():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0] for line in lines if line and not line.startswith("#")}


def imported():
    found = set()
    for path in [*(ROOT / "gridplan").rglob("*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"gridplan"}


def test_what_is_imported_is_pinned_and_what_is_pinned_is_imported():
    names = {IMPORTED_AS.get(name, name) for name in pinned()}
    assert (imported() - set(COMES_WITH)) | ASKED_FOR_BY == names
    assert set(COMES_WITH.values()) <= pinned()


def test_the_readme_says_why_each_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| ") and line.count("|") == 4]
    told = {name.strip() for row in rows for name in row.split("|")[1].split(",")}
    told |= {name.split(" ")[0] for name in told}
    assert pinned() <= told
