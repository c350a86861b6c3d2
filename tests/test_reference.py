"""The API reference is built from the docstrings, offline, and names all that is public."""

import re
import subprocess
import sys
from pathlib import Path

import gridplan as gp

ROOT = Path(__file__).parents[1]


def test_every_public_name_stands_on_the_page():
    page = (ROOT / "docs" / "reference" / "library.rst").read_text(encoding="utf-8")
    named = set(re.findall(r"auto\w+:: (\w+)", page))
    shown_elsewhere = {"__version__", "Evaluation", "Phased", "Project"}
    assert set(gp.__all__) - shown_elsewhere <= named
    assert named <= set(gp.__all__)


def test_the_reference_is_built(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "docs/reference", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "library.html").read_text(encoding="utf-8")
    for name in ("gridplan.plan", "gridplan.compare", "gridplan.District.from_frames"):
        assert f'id="{name}"' in page
    assert not re.search(r"""<(?:script|link|img)\b[^>]*(?:src|href)=["']https?:""", page)
