"""Whenever a run is killed, a result is there, whole, and the next start tidies up after it."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.outputs.disk import exchange, hidden_folder, replacement
from gridplan.outputs.disk.hidden_folder import LOCK, HiddenFolder
from gridplan.outputs.disk.own_files import check_file, unchanged, write_manifest
from gridplan.outputs.disk.replacement import recover, replacing
from gridplan.outputs.disk.sqlite_head import settle, settled
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.folder import FILES, check_folder, free_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks and kills")


def filled(folder, text="a result"):
    folder.mkdir(exist_ok=True)
    for name in FILES[:-1]:
        (folder / name).write_text(text, encoding="utf-8")
    write_manifest(folder)
    return folder


@pytest.fixture(params=["at once", "in two steps"])
def out(request, tmp_path, monkeypatch):
    """An earlier result, replaced in each of the two ways."""
    if request.param == "in two steps":
        monkeypatch.setattr(exchange, "exchanged", lambda *_: False)
    return filled(tmp_path / "out", "earlier")


def replaced(out, text="later", tell=replacement.in_silence):
    with replacing(out, tell) as fresh:
        filled(fresh, text)


def kills(place, kind):
    script = Path(__file__).parent / "killed_runs.py"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(place), kind],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_killed_at_any_step_a_run_leaves_the_old_or_the_new_result_whole(tmp_path):
    rows = kills(tmp_path, "steps")
    assert sum(row["killed"] for row in rows) > 100
    assert sum(not row["killed"] for row in rows) == 3
    for row in rows:
        assert not row["later"].startswith("broken"), row
        assert set(row["left"]) <= {"out"}, row
        if "none" not in row["known"]:
            assert row["later"] != "none", row
            # Where a system can exchange two folders, no start is needed for that.
            assert row["found"] != "none" or row["two_steps"], row
        if row["found"] != "none":
            assert row["found"] == row["later"], row
    # Both sides of the moment were met, in every way.
    assert {(row["two_steps"], row["later"] in row["known"]) for row in rows} == {
        *((way, side) for way in (True, False) for side in (True, False))
    }


@pytest.mark.thorough
def test_killed_at_any_moment_a_real_run_leaves_one_whole_result(tmp_path):
    rows = kills(tmp_path, "moments")
    for row in rows:
        assert row["killed"], row
        assert len(row["found"]) == 8, row
        assert row["later"] == row["found"], row
        assert row["left"] == ["out"], row


def test_a_reader_never_finds_less_than_a_whole_result(tmp_path):
    rows = kills(tmp_path, "watched")
    assert len(rows) == 30
    assert sum(row["looks"] for row in rows) > 1000
    assert [row for row in rows if row["seen"]] == []
    assert {len(row["found"]) for row in rows} == {8}
    assert {tuple(row["left"]) for row in rows} == {("out",)}


def test_what_somebody_changed_is_kept_beside_and_told(out):
    (out / "plan.xlsx").write_text("my own remarks", encoding="utf-8")
    told = []
    replaced(out, tell=told.append)
    kept = out.with_name("out-earlier")
    assert [path.name for path in kept.iterdir()] == ["plan.xlsx"]
    assert (kept / "plan.xlsx").read_text(encoding="utf-8") == "my own remarks"
    assert [problem.code for problem in told] == ["out-kept"]
    assert "plan.xlsx" in told[0].text("en")
    assert str(kept) in told[0].text("zh")
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    (out / "map.html").write_text("drawn upon", encoding="utf-8")
    replaced(out)
    assert out.with_name("out-earlier-2").is_dir()


def test_what_came_meanwhile_is_kept(out):
    with replacing(out) as fresh:
        filled(fresh, "later")
        (out / "notes").mkdir()
        (out / "notes" / "minutes.docx").write_text("minutes", encoding="utf-8")
    kept = out.with_name("out-earlier")
    assert (kept / "notes" / "minutes.docx").read_text(encoding="utf-8") == "minutes"
    assert sorted(path.name for path in kept.iterdir()) == ["notes"]


def test_a_result_without_a_list_is_kept(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    told = {"provenance": {"program": "gridplan"}}
    (out / "plan.json").write_text(json.dumps(told), encoding="utf-8")
    (out / "map.html").write_text("of my own", encoding="utf-8")
    check_folder(out)
    replaced(out)
    kept = tmp_path / "out-earlier"
    assert (kept / "map.html").read_text(encoding="utf-8") == "of my own"


@pytest.mark.parametrize("name", ["map.html", "minutes", "plan.gpkg", "link"])
def test_folders_and_links_are_not_ours_whatever_their_name(tmp_path, name):
    out = filled(tmp_path / "out")
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("x", encoding="utf-8")
    (out / name).unlink(missing_ok=True)
    if name in ("map.html", "minutes"):
        (out / name).mkdir()
    else:
        (out / name).symlink_to(elsewhere)
    with pytest.raises(InputError, match=f"did not write: {name}"):
        check_folder(out)


def test_what_other_programs_leave_goes_along(out):
    (out / ".DS_Store").write_text("x", encoding="utf-8")
    (out / "~$plan.xlsx").write_text("x", encoding="utf-8")
    (out / "plan.gpkg-wal").write_bytes(b"")
    (out / "plan.gpkg-shm").write_bytes(b"index")
    check_folder(out)
    replaced(out)
    names = {".DS_Store", "~$plan.xlsx"}
    assert {path.name for path in out.iterdir()} == {*FILES} | names
    assert {path.name for path in out.parent.iterdir()} == {"out"}


def test_edits_in_the_log_of_a_geopackage_are_kept(out):
    (out / "plan.gpkg-wal").write_bytes(b"edits")
    replaced(out)
    kept = out.with_name("out-earlier")
    assert {path.name for path in kept.iterdir()} == {"plan.gpkg", "plan.gpkg-wal"}


def test_a_geopackage_that_was_only_looked_at_is_as_it_was(tmp_path):
    import sqlite3

    path = tmp_path / "plan.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (1)")
    database.close()
    settle(path)
    assert settled(path.read_bytes()) == path.read_bytes()
    write_manifest(tmp_path)
    before = path.read_bytes()
    for mode in ("wal", "delete"):  # as a viewer does when it opens and closes the file
        database = sqlite3.connect(path)
        assert database.execute(f"PRAGMA journal_mode={mode}").fetchone() == (mode,)
        assert database.execute("SELECT x FROM t").fetchall() == [(1,)]
        database.close()
    assert path.read_bytes() != before
    assert "plan.gpkg" in unchanged(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE t SET x = 2")
    database.close()
    assert "plan.gpkg" not in unchanged(tmp_path)


def test_of_two_runs_at_once_one_result_stays_whole(out):
    texts = [f"run {number}" for number in range(6)]
    threads = [
        threading.Thread(target=lambda text=text: [replaced(out, text) for _ in range(5)])
        for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(out / name).read_text(encoding="utf-8") for name in FILES[:-1]} <= set(texts)
    assert len({(out / name).read_text(encoding="utf-8") for name in FILES[:-1]}) == 1
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_run_that_is_alive_is_left_alone(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; "
        "from gridplan.outputs.disk.hidden_folder import HiddenFolder; "
        "made = HiddenFolder.made(Path(sys.argv[1]), prefix='.gridplan-', note='out'); "
        "print(made.path, flush=True); time.sleep(60)"
    )
    living = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    place = Path(living.stdout.readline().strip())
    recover(tmp_path / "out")
    assert place.is_dir()
    living.kill()
    living.wait()
    living.stdout.close()
    recover(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_other_folders_of_such_a_name_are_left_alone(tmp_path):
    (tmp_path / ".gridplan-notes").mkdir()
    (tmp_path / ".gridplan-notes" / "mine.txt").write_text("x", encoding="utf-8")
    (tmp_path / ".gridplan-file").write_text("x", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK).write_text("out", encoding="utf-8")
    (tmp_path / ".gridplan-link").symlink_to(elsewhere)
    recover(tmp_path / "out")
    assert len(list(tmp_path.iterdir())) == 4
    assert (elsewhere / LOCK).exists()


def test_a_file_system_without_locks_is_worked_on_and_never_swept(out, monkeypatch):
    monkeypatch.setattr("gridplan.outputs.disk.hidden_folder._hold", lambda _: False)
    left = HiddenFolder.made(out.parent, prefix=".gridplan-", note="out")
    replaced(out)
    assert left.path.is_dir()
    assert (out / "map.html").read_text(encoding="utf-8") == "later"
    left.close()
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_earlier_result_comes_back_when_the_last_step_fails(tmp_path, monkeypatch):
    out = filled(tmp_path / "out", "earlier")
    rename = Path.rename

    def fails_once(self, target):
        if Path(target) == out and self.name == "new":
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(exchange, "exchanged", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(PermissionError):
        replaced(out)
    assert (out / "map.html").read_text(encoding="utf-8") == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_plan_goes_beside_where_something_came_into_its_folder(tmp_path):
    out = filled(tmp_path / "out")
    assert free_folder(out) == out
    (out / "minutes.docx").write_text("x", encoding="utf-8")
    assert free_folder(out) == tmp_path / "out-2"
    (tmp_path / "out-2").write_text("a file", encoding="utf-8")
    assert free_folder(out) == tmp_path / "out-3"


@pytest.mark.parametrize("way", ["name", "symbolic link", "hard link", "linked folder", "relative"])
def test_a_plans_own_files_are_not_written_over(tmp_path, monkeypatch, way):
    out = filled(tmp_path / "out")
    file = out / "plan.xlsx"
    if way == "symbolic link":
        file = tmp_path / "report.xlsx"
        file.symlink_to(out / "plan.xlsx")
    elif way == "hard link":
        file = tmp_path / "report.xlsx"
        file.hardlink_to(out / "plan.xlsx")
    elif way == "linked folder":
        (tmp_path / "link").symlink_to(out, target_is_directory=True)
        file = tmp_path / "link" / "plan.xlsx"
    elif way == "relative":
        monkeypatch.chdir(out)
        file = Path("plan.xlsx")
    with pytest.raises(InputError, match="not overwritten"):
        check_file(file, reading=out)
    check_file(tmp_path / "plan.xlsx", reading=out)
    check_file(out / "my report.xlsx", reading=out)


def test_a_single_file_is_whole_and_nothing_of_a_killed_run_is_left(tmp_path):
    dead = HiddenFolder.made(tmp_path, prefix=".gridplan-")
    (dead.path / "report.html").write_text("half", encoding="utf-8")
    dead._lock.close()  # as the system does when a process is killed
    path = tmp_path / "report.html"
    write_whole(path, lambda fresh: fresh.write_text("whole", encoding="utf-8"))
    assert path.read_text(encoding="utf-8") == "whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    out = filled(tmp_path / "out")
    with pytest.raises(InputError, match="not overwritten"):
        write_whole(out / "map.html", lambda fresh: fresh.write_text("x", encoding="utf-8"))


def test_a_folder_swept_by_another_meanwhile_is_not_taken(tmp_path, monkeypatch):
    left = HiddenFolder.made(tmp_path, prefix=".left-", note="out")
    left.close(delete=False)
    hold = hidden_folder._hold

    def held_too_late(lock):
        shutil.rmtree(left.path)  # another sweeper was quicker
        return hold(lock)

    monkeypatch.setattr(hidden_folder, "_hold", held_too_late)
    assert list(HiddenFolder.abandoned(tmp_path, prefix=".left-")) == []
