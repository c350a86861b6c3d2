"""The package as it is handed on: built, installed in an environment of its own, used there."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE")


def run(*command, cwd):
    """Run a command away from the clone, without what points to it."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "COVERAGE_PROCESS_START")
    env = {key: value for key, value in os.environ.items() if key not in hidden}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel of a copy, so that nothing is left in the clone."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        shutil.copy(ROOT / name, source / name)
    leave = shutil.ignore_patterns("__pycache__", "*.pyc")
    for folder in ("gridplan", "data"):
        shutil.copytree(ROOT / folder, source / folder, ignore=leave)
    quiet = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "-q")
    run(sys.executable, "-m", "pip", "wheel", ".", *quiet, "-w", "dist", cwd=source)
    (made,) = (source / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install it beside the libraries of this environment, but not beside the clone."""
    home = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", home / "env", cwd=home)
    bin_ = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = bin_ / ("python.exe" if os.name == "nt" else "python")
    quiet = ("--no-index", "--no-deps", "--disable-pip-version-check", "-q")
    run(sys.executable, "-m", "pip", "--python", python, "install", *quiet, wheel, cwd=home)
    libraries = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home
    )
    there = Path(libraries.strip()) / "libraries.pth"
    there.write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home, python


def test_the_wheel_has_the_districts_the_words_and_another_name(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("guangming", "zhangdian", "shixing"):
        assert f"gridplan/data/{name}/district.toml" in names
        assert f"gridplan/data/{name}/units.csv" in names
    assert "gridplan/text/zh/problems.toml" in names
    assert "gridplan/outputs/assets/leaflet/leaflet.js" in names
    assert not [name for name in names if name.startswith(("tests/", "data/", "benchmarks/"))]
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    assert told != "gridplan"
    assert wheel.name.startswith(told.replace("-", "_") + "-")


def test_it_works_from_any_folder(installed):
    home, python = installed
    code = (
        "import gridplan as gp, pathlib;"
        "folder = gp.bundled('guangming');"
        "inside = pathlib.Path(gp.__file__).parent in folder.parents;"
        "print(inside, round(gp.read_district(folder).population))"
    )
    assert run(python, "-c", code, cwd=home).split() == ["True", "1095289"]
    command = python.parent / "gridplan"
    assert "gridplan" in run(command, "--version", cwd=home)
    where = run(python, "-c", "import gridplan as gp; print(gp.bundled('shixing'))", cwd=home)
    told = run(command, "check", where.strip(), "--lang", "en", cwd=home)
    assert "Shixing" in told


def test_nobody_is_told_to_install_what_belongs_to_others():
    pages = [ROOT / "pyproject.toml", *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pages += [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "gridplan").rglob("*.toml")]
    pages += [*(ROOT / "gridplan").rglob("*.py"), ROOT / "Makefile"]
    for page in pages:
        words = page.read_text(encoding="utf-8").split()
        pairs = zip(words, words[1:], words[2:], strict=False)
        assert ("pip", "install", "gridplan") not in pairs, page
