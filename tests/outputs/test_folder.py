import dataclasses
import json
import os
import stat
import time
from types import SimpleNamespace

import pytest

from gridplan.errors import InputError
from gridplan.outputs.disk.own_files import WRITERS
from gridplan.outputs.files import folder as folder_module
from gridplan.outputs.files.folder import FILES, check_folder, write_plan
from gridplan.outputs.report.report import write_report


def contents(path):
    return {entry.name: entry.read_bytes() for entry in path.iterdir()}


@pytest.fixture(scope="module")
def written(plan, tmp_path_factory):
    """A finished result, copied by the tests that change it."""
    out = tmp_path_factory.mktemp("written") / "out"
    write_plan(plan, out)
    return out


@pytest.fixture
def quick(monkeypatch):
    """Writers that take no time, for tests of the folder alone."""
    real = folder_module.writer_of

    def quickly(name):
        if name.endswith("json"):
            return real(name)
        return lambda _telling, path: path.write_text("new")

    monkeypatch.setattr(folder_module, "writer_of", quickly)


@pytest.fixture
def earlier(written, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for name, data in contents(written).items():
        (out / name).write_bytes(data)
    return out


def test_every_file_is_written_and_nothing_else(plan, tmp_path):
    out = tmp_path / "new" / "deep" / "out"
    paths = write_plan(plan, out, lang="en")
    assert [path.name for path in paths] == list(FILES)
    assert all(path.stat().st_size for path in paths)
    assert sorted(contents(out)) == sorted(FILES)
    assert [entry.name for entry in out.parent.iterdir()] == ["out"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o755


@pytest.mark.usefixtures("quick")
def test_an_earlier_result_is_replaced(plan, earlier):
    (earlier / "map.html").write_text("old")
    (earlier / "plan.gpkg-wal").write_bytes(b"")  # left by a viewer
    write_plan(plan, earlier)
    assert sorted(contents(earlier)) == sorted(FILES)
    assert (earlier / "map.html").read_text(encoding="utf-8") != "old"


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.usefixtures("quick")
def test_a_run_that_fails_changes_nothing(writer, error, plan, earlier, monkeypatch):
    def broken(*_args, **_options):
        raise error

    before, others = contents(earlier), folder_module.writer_of
    monkeypatch.setattr(
        folder_module, "writer_of", lambda name: broken if name == writer else others(name)
    )
    with pytest.raises(error):
        write_plan(plan, earlier)
    assert contents(earlier) == before
    assert [entry.name for entry in earlier.parent.iterdir()] == ["out"]


@pytest.mark.usefixtures("quick")
def test_a_run_that_fails_leaves_no_new_folders(plan, tmp_path, monkeypatch):
    def broken(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr(folder_module, "writer_of", lambda _name: broken)
    with pytest.raises(RuntimeError):
        write_plan(plan, tmp_path / "a" / "b" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_refused(plan, earlier):
    (earlier / "my notes.docx").write_text("x")
    before = contents(earlier)
    with pytest.raises(
        InputError, match=r"did not write: my notes.docx.*another folder with --out"
    ):
        write_plan(plan, earlier)
    with pytest.raises(InputError) as refused:
        check_folder(earlier)
    assert "请把它们移走" in refused.value.text("zh")
    assert contents(earlier) == before


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"provenance": {"program": "other"}}'])
def test_a_plan_json_of_someone_else_is_refused(plan, text, tmp_path):
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(InputError, match="was not written by gridplan"):
        write_plan(plan, tmp_path)
    assert (tmp_path / "plan.json").read_text() == text


def test_a_file_is_refused(plan, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        write_plan(plan, tmp_path / "out")


def test_an_empty_folder_is_taken(tmp_path):
    check_folder(tmp_path / "not there")
    (tmp_path / "out").mkdir()
    check_folder(tmp_path / "out")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(plan, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        write_plan(plan, tmp_path / "out")


@pytest.mark.usefixtures("quick")
def test_a_link_to_a_folder_stays_a_link(plan, earlier):
    link = earlier.parent / "link"
    link.symlink_to(earlier, target_is_directory=True)
    write_plan(plan, link)
    assert link.is_symlink()
    assert (
        json.loads((earlier / "plan.json").read_text(encoding="utf-8"))["district"]["code"]
        == "440311"
    )


@pytest.mark.thorough
def test_written_twice_by_runs_of_another_speed_all_files_have_the_same_bytes(plan, tmp_path):
    def ran(seconds):
        proofs = {k: dataclasses.replace(p, seconds=seconds) for k, p in plan.certificates.items()}
        return SimpleNamespace(**vars(plan) | {"certificates": proofs})

    for name, seconds in (("a", 3.0), ("b", 9.0)):
        write_plan(ran(seconds), tmp_path / name, lang="en")
        time.sleep(2.1 if name == "a" else 0)  # a zip counts every other second
    a, b = contents(tmp_path / "a"), contents(tmp_path / "b")
    # plan.json alone tells how long it took, and the list of fingerprints follows it.
    assert {name for name in FILES if a[name] != b[name]} == {"plan.json", "files.sha256"}
    for form in ("docx", "html", "xlsx"):
        pages = []
        for number in "12":
            file = tmp_path / f"{number}.{form}"
            pages.append(write_report(tmp_path / "a", file=file, lang="en")[0].read_bytes())
            time.sleep(2.1 if number == "1" and form == "docx" else 0)
        assert pages[0] == pages[1], form


def test_the_moment_of_writing_can_be_fixed(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("a", "b"):
        write_plan(plan, tmp_path / name)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
