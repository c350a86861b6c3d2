"""A project keeps what was saved: through other windows, other names, other places, and kills."""

import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.planning.scenario.file import read_scenario
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.archive import open_zip, write_plan_zip, write_zip
from gridplan.project.export import write_geopackage
from gridplan.project.kept import journal
from gridplan.project.kept.names import download_name, free_name, plain_name, same_name
from gridplan.project.kept.place import LOCK, PENDING, ChangedMeanwhileError
from gridplan.project.kept.scenarios import Kept
from gridplan.project.project import Project
from gridplan.project.running import run


def files_of(folder):
    """Every file with its bytes, but for the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK
    }


def test_what_is_saved_is_read_back(project):
    kept = Kept("方案 A", Scenario(grids=3), "基准", "会上说：\n“再少一个”", ("会前", "a, b"))
    saved = project.save(kept)
    again = Project.open(project.folder).scenario("方案 A")
    assert again == saved
    named = {"name_zh": "方案 A", "name_en": "方案 A"}
    assert again.scenario == dataclasses.replace(kept.scenario, **named)
    assert (again.parent, again.notes, again.tags) == (kept.parent, kept.notes, kept.tags)
    # Any command reads the file as a scenario.
    assert read_scenario(project.folder / "scenarios" / "方案 A.toml") == again.scenario


def test_a_parent_and_its_changes(project):
    project.copy("基准", "一个网格", decided={"grids": 1}, tags=["x"])
    changed = project.difference("一个网格")
    assert [(one.key, one.before, one.after) for one in changed] == [("grids", 2, 1)]
    project.rename("基准", "起点")
    assert project.scenario("一个网格").parent == "起点"
    assert [one.key for one in project.difference("一个网格")] == ["grids"]
    project.delete("起点")
    assert project.scenario("一个网格").parent == ""
    assert project.scenarios() == ["一个网格"]
    told = [entry["what"] for entry in project.log()]
    assert told == ["created", "saved", "copied", "renamed", "deleted"]


def test_two_windows_never_overwrite_each_other(project):
    other = Project.open(project.folder)
    mine, theirs = project.scenario("基准"), other.scenario("基准")
    project.save(mine.changed(grids=1))
    before = files_of(project.folder)
    with pytest.raises(ChangedMeanwhileError, match="changed by another window"):
        other.save(theirs.changed(grids=3))
    assert files_of(project.folder) == before
    # Who reads again may save; a new scenario never takes another's name.
    other.save(other.scenario("基准").changed(grids=3))
    assert project.scenario("基准").scenario.grids == 3
    with pytest.raises(InputError, match="already"):
        other.add("基准", Scenario())


@pytest.mark.parametrize("name", ["", " ", "a/b", "..", ".x", "a\\b", "CON", "nul.txt", "a:b",
                                  "x.json", "-n", "a\u202eb", "长" * 60, None, "a\nb"])  # fmt: skip
def test_names_that_no_file_can_have(project, name):
    with pytest.raises(InputError, match="cannot be called"):
        project.add(name, Scenario())


@given(st.text(max_size=50))
def test_a_name_is_one_file_on_any_system(text):
    try:
        name = plain_name(text)
    except InputError:
        return
    assert plain_name(name) == name
    assert Path("x", name).name == name
    assert not set(name) & set('/\\:*?"<>|')
    assert len(f"{name}.jsonl".encode()) <= 255


def test_large_and_small_letters_are_one_name(project):
    project.add("Plan b", Scenario())
    with pytest.raises(InputError, match="already"):
        project.add("plan B", Scenario())
    assert project.scenario("PLAN B").name == "Plan b"
    assert project.rename("plan b", "PLAN B").name == "PLAN B"
    assert same_name("Plan B", project.scenarios()) == "PLAN B"
    assert free_name("基准", project.scenarios()) == "基准-2"


def test_a_project_moves(planned, tmp_path):
    moved = tmp_path / "elsewhere" / "other name"
    moved.parent.mkdir()
    shutil.move(planned.folder, moved)
    again = Project.open(moved)
    assert again.name == "小区"
    assert again.plan_state("基准").state == "current"
    again.save(again.scenario("基准").changed(seed=2))
    assert len(again.district().units) == 24


def test_a_plan_is_flagged_when_what_it_was_made_from_changes(planned):
    def reasons():
        state = planned.plan_state("基准")
        assert state.state == ("stale" if state.reasons else "current")
        return [reason.code for reason in state.reasons]

    assert reasons() == []
    kept = planned.save(planned.scenario("基准").changed(seed=9))
    assert reasons() == ["plan-stale-decisions"]
    planned.save(kept.changed(seed=1))
    assert reasons() == []
    units = planned.district_folder / "units.csv"
    original = units.read_text(encoding="utf-8")
    units.write_text(original.replace("2500", "2501", 1), encoding="utf-8")
    assert reasons() == ["plan-stale-district"]
    units.write_text(original, encoding="utf-8")
    assert reasons() == []
    journal.begin(planned.place, "基准", {"of": 1}, [{"do": "x"}], revision="")
    assert reasons() == ["plan-stale-edits"]
    journal.add(planned.place, "基准", {"step": "undo"}, revision=planned.journal("基准").revision)
    assert reasons() == []
    planned.rename("基准", "新名")
    found = planned.plan_state("新名").reasons
    assert [one.code for one in found] == ["plan-stale-name"]
    assert "基准" in found[0].text("zh")
    (planned.folder / "plans" / "新名" / "map.html").write_text("x", encoding="utf-8")
    codes = [one.code for one in planned.plan_state("新名").reasons]
    assert codes == ["plan-stale-name", "plan-stale-files"]
    (planned.folder / "plans" / "新名.json").unlink()
    assert [one.code for one in planned.plan_state("新名").reasons] == ["plan-stale-unknown"]


def test_what_was_changed_while_it_was_planned_is_stale(project, monkeypatch):
    """The mark holds what was read before planning, not what lies there afterwards."""
    from gridplan.project import running

    made = running.plan_adopted

    def slowly(*given, **options):
        units = project.district_folder / "units.csv"
        text = units.read_text(encoding="utf-8")
        found = made(*given, **options)
        units.write_text(text.replace("2500", "2600", 1), encoding="utf-8")
        project.save(project.scenario("基准").changed(seed=5))
        return found

    monkeypatch.setattr(running, "plan_adopted", slowly)
    run(project, "基准")
    codes = {one.code for one in project.plan_state("基准").reasons}
    assert codes == {"plan-stale-district", "plan-stale-decisions"}


def test_zip_out_and_in(planned, tmp_path):
    planned.add("乙", Scenario(), notes="n")
    file = write_zip(planned, tmp_path / "p.zip")
    again = open_zip(file, tmp_path / "unpacked")
    assert files_of(again.folder) == files_of(planned.folder)
    assert again.plan_state("基准").state == "current"
    assert write_zip(again, tmp_path / "q.zip").read_bytes() == file.read_bytes()
    with pytest.raises(InputError, match="not empty"):
        open_zip(file, again.folder)
    with pytest.raises(InputError, match="would pack itself"):
        write_zip(planned, planned.folder / "p.zip")


def test_one_plan_is_handed_out_by_a_name_that_tells_it(planned, tmp_path):
    file = write_plan_zip(planned, "基准", tmp_path)
    day = planned.plan_state("基准").made[:4]
    assert file.name.startswith(f"gridplan-000001-基准-{day}")
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    assert {"plan.json", "map.html", "scenario.toml", "files.sha256"} <= names
    planned.copy("基准", "二")
    with pytest.raises(InputError, match="no plan yet"):
        write_plan_zip(planned, "二", tmp_path)
    planned.save(planned.scenario("基准").changed(seed=8))
    with pytest.raises(InputError, match="stale"):
        write_plan_zip(planned, "基准", tmp_path)
    assert (
        download_name("44/1", "a b：c", "2026-11-29", ".zip") == "gridplan-44-1-a-b-c-20261129.zip"
    )


def _zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


HOSTILE = {
    "outside": ({"project.toml": "format = 1", "../evil": "x"}, "outside"),
    "absolute": ({"/etc/evil": "x", "project.toml": "format = 1"}, "outside"),
    "none": ({"readme.txt": "x"}, "no project"),
    "deep": ({"a/b/project.toml": "format = 1"}, "no project"),
    "hollow": ({"project.toml": "format = 1"}, "no gridplan project"),
    "newer": ({"project.toml": "format = 2", "district/x": ""}, "later version"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_zip_is_looked_through_before_it_is_unpacked(tmp_path, kind):
    members, message = HOSTILE[kind]
    file = _zip(tmp_path / "x.zip", members)
    with pytest.raises(InputError, match=message):
        open_zip(file, tmp_path / "in")
    assert {path.name for path in tmp_path.iterdir()} == {"x.zip"}


def test_what_is_no_part_of_a_project_stays_in_the_zip(project, tmp_path):
    members = {f"top/{name}": content for name, content in files_of(project.folder).items()}
    more = {
        "top/.gridplan.pending.json": json.dumps({"move": [["../x", ""]], "write": {}}),
        "top/district/.hidden": "x",
        "top/evil.exe": "x",
        "__MACOSX/top/._project.toml": "x",
    }
    again = open_zip(_zip(tmp_path / "x.zip", members | more), tmp_path / "in")
    assert files_of(again.folder) == files_of(project.folder)


def test_a_damaged_zip(project, tmp_path):
    file = write_zip(project, tmp_path / "p.zip")
    raw = bytearray(file.read_bytes())
    raw[200:260] = bytes(60)
    file.write_bytes(raw)
    with pytest.raises(InputError):
        open_zip(file, tmp_path / "in")
    assert not (tmp_path / "in").exists()


def test_one_geopackage_of_all_plans(planned, tmp_path):
    planned.copy("基准", "未运行")
    assert write_geopackage(planned, tmp_path / "all.gpkg") == ("基准",)
    names = {name for name, _ in pyogrio.list_layers(tmp_path / "all.gpkg")}
    assert names >= {"基准 grids", "基准 centers", "基准 units", "scenarios", "layer_styles"}
    assert "未运行 grids" not in names
    units = pyogrio.read_dataframe(tmp_path / "all.gpkg", layer="基准 units")
    assert units["population"].sum() == 60_000
    table = pyogrio.read_dataframe(tmp_path / "all.gpkg", layer="scenarios")
    assert list(table["plan"]) == ["current", "none"]
    styles = pyogrio.read_dataframe(tmp_path / "all.gpkg", layer="layer_styles")
    assert set(styles["f_table_name"]) <= names


def test_no_geopackage_without_a_plan(project, tmp_path):
    with pytest.raises(InputError, match="No scenario"):
        write_geopackage(project, tmp_path / "all.gpkg")


@pytest.mark.parametrize("name", ["../outside", "/abs", "."])
def test_a_step_left_by_somebody_reaches_nothing_outside(project, tmp_path, name):
    """A folder may come from anyone: a pending step that leads out of it is dropped."""
    (tmp_path / "outside").write_text("x", encoding="utf-8")
    step = {"move": [[name, ""]], "write": {}}
    (project.folder / PENDING).write_text(json.dumps(step), encoding="utf-8")
    project.save(project.scenario("基准").changed(seed=4))
    assert (tmp_path / "outside").exists()
    assert project.scenario("基准").scenario.seed == 4
    assert not (project.folder / PENDING).exists()


def test_a_step_that_was_cut_short_is_ended(project):
    """Rename writes down its steps first; whoever comes next does those that are left."""
    project.copy("基准", "甲")
    step = {
        "move": [["scenarios/甲.toml", "scenarios/乙.toml"], ["edits/甲.jsonl", ""]],
        "write": {},
    }
    (project.folder / PENDING).write_text(json.dumps(step), encoding="utf-8")
    project.note("anything")
    assert project.scenarios() == ["乙", "基准"]


def test_a_line_that_was_cut_short_is_not_read(project):
    journal.begin(project.place, "基准", {"of": 1}, [{"do": "a"}], revision="")
    path = project.folder / "edits" / "基准.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"edit":{"do":"b"')
    assert project.journal("基准").done == ({"do": "a"},)
    found = project.journal("基准").revision
    journal.add(project.place, "基准", {"edit": {"do": "c"}}, revision=found)
    assert project.journal("基准").done == ({"do": "a"}, {"do": "c"})
    assert path.read_bytes().startswith(whole)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs another user to be")
def test_a_folder_without_permission_opens(project):
    """Read as another user, who may not write: it opens, and says why it does not save."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        there = Path(folder) / "p"
        shutil.copytree(project.folder, there)
        # Once as oneself, so that all that is imported late is there; then as nobody.
        script = (
            "import os, sys\n"
            "from gridplan.project.project import Project\n"
            "from gridplan.errors import InputError\n"
            "def saved(folder):\n"
            "    project = Project.open(folder)\n"
            "    kept = project.scenario('基准')\n"
            "    assert len(project.district().units) == 24\n"
            "    try:\n"
            "        project.save(kept.changed(seed=3))\n"
            "    except InputError as error:\n"
            "        return error.problems[0].code\n"
            "saved(sys.argv[1])\n"
            "os.setuid(65534)\n"
            "print(saved(sys.argv[2]))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(project.folder), str(there)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert done.stdout.strip() == "project-read-only", done.stderr
        assert Project.open(there).scenario("基准").scenario.seed == 1


def kills(project, count, seed):
    """Save in another process and kill it; nothing that was told as saved may be lost."""
    chance, turn = random.Random(seed), 1
    project.copy("基准", "名0")
    for _ in range(count):
        window = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("saver.py"), project.folder, str(turn)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert window.stdout is not None
        first = window.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.3))
        window.kill()
        told = [int(line) for line in (first + window.stdout.read()).split()]
        window.stdout.close()
        window.wait()
        project.note("looked")  # ends what was begun
        kept = project.scenario("基准")
        last = told[-1] if told else turn
        assert last <= kept.scenario.seed <= last + 1
        names = [name for name in project.scenarios() if name.startswith("名")]
        # A rename that was begun is done; one that was told is done too.
        assert names in ([f"名{last // 7}"], [f"名{(last + 1) // 7}"])
        if names[0] != f"名{kept.scenario.seed // 7}":
            project.rename(names[0], f"名{kept.scenario.seed // 7}")
        turn = project.scenario("基准").scenario.seed


def test_kills_while_saving_lose_nothing(project):
    kills(project, 3, seed=1)
