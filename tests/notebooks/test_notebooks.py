"""The notebooks run from the first cell to the last, and are stored without outputs."""

import html
import json
import re
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import gridplan as gp

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


TOLD = {
    "01_plan_a_district": ("Shixing County", 1),
    "02_compare_scenarios": ("医院图层中标为可牵头的医院只有 2 家", 1),
    "03_how_many_centers": ("", 0),
    "04_from_4_to_8": ("", 0),
    "05_your_own_data": ("population", 1),
    "06_the_engine": ("spopt", 0),
}
"""What each prints, and how many maps it shows."""


def test_all_six_are_there():
    assert [path.stem for path in PATHS] == sorted(TOLD)


def told_by(path, text, pages):
    """Check what a run printed and showed: the words, and maps that ask nobody for anything."""
    words, count = TOLD[path.stem]
    assert words in text
    maps = [page for page in pages if "<iframe" in page]
    assert len(maps) == count
    for shown in map(html.unescape, maps):
        assert "default-src 'none'" in shown
        assert not re.search(
            r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']https?:""", shown
        )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_runs_from_its_first_cell_to_its_last(path, monkeypatch):
    """In a shell of this process, where a warning is an error."""
    monkeypatch.chdir(NOTEBOOKS)
    monkeypatch.setattr(sys, "path", [*sys.path])
    shell = InteractiveShell()
    told, pages = "", []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            with capture_output() as caught:
                done = shell.run_cell(cell.source)
            done.raise_error()
            assert caught.stderr == ""
            told += caught.stdout
            shown = [one.data for one in caught.outputs]
            if done.result is not None:
                shown.append(shell.display_formatter.format(done.result)[0])
            pages += [data["text/html"] for data in shown if "text/html" in data]
    told_by(path, told, pages)


@pytest.mark.thorough
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_runs_in_a_kernel_of_its_own(path):
    executed = run(path)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert "stderr" not in {o.get("name") for cell in code for o in cell.outputs}
    told_by(path, printed(executed), outputs(executed, "text/html"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_what_is_public_is_used(path):
    """Notebooks use the library and the engine, nothing behind them."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    text = "".join("".join(c["source"]) + "\n" for c in notebook["cells"] if c["cell_type"] == "code")
    behind = re.findall(r"(?:from|import) (gridplan[.\w]*)", text)
    assert set(behind) <= {"gridplan", "gridplan.optimise.partition", "gridplan.optimise.siting"}
    assert set(re.findall(r"\bgp\.(\w+)", text)) <= set(gp.__all__)


def test_every_public_function_is_shown_somewhere():
    """In a notebook, or in the examples of the library's page."""
    shown = "".join(path.read_text(encoding="utf-8") for path in PATHS)
    shown += (NOTEBOOKS.parent / "docs" / "library.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bgp\.(\w+)", shown))
    assert {name for name in gp.__all__ if name[0].islower()} <= named
