"""The notebook runs from its first cell to its last, and is stored without outputs."""

import html
import json
import re
import sys
import warnings
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_is_stored_without_outputs(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    nbformat.validate(nbformat.from_dict(notebook))


def run(path):
    """Run a notebook with this very Python, whatever kernels the machine has installed."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class ThisPython(AsyncKernelManager):
        @property
        def kernel_spec(self):
            command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=command, display_name="python", language="python")

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_manager_class=ThisPython,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with warnings.catch_warnings():
        # The notebook client's own event loop and sockets, not ours.
        warnings.simplefilter("ignore")
        return client.execute()


@pytest.fixture(scope="module")
def executed():
    return run(NOTEBOOKS / "compare_scenarios.ipynb")


def outputs(notebook, kind):
    return [
        "".join(output["data"][kind])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if kind in output.get("data", {})
    ]


def printed(notebook):
    return "".join(
        output["text"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output["output_type"] == "stream"
    )


def test_every_cell_runs(executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert "stderr" not in {o.get("name") for cell in code for o in cell.outputs}


def test_both_plans_are_compared(executed):
    tables = [text for text in outputs(executed, "text/html") if "<table" in text]
    both = [text for text in tables if "甲：两个网格" in text and "乙：一个网格" in text]
    assert both, "the table with both scenarios"
    assert any("A: two grids" in text and "B: one grid" in text for text in tables)


def test_too_many_grids_are_refused_in_words(executed):
    assert "可牵头的医院只有 2 家" in printed(executed)


def test_the_maps_ask_nobody_for_anything(executed):
    maps = [text for text in outputs(executed, "text/html") if "<iframe" in text]
    assert len(maps) == 2
    for text in maps:
        page = html.unescape(text)
        assert "default-src 'none'" in page
        assert not re.search(
            r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']https?:""", page
        )
