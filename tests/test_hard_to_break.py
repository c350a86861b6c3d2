"""No input ends in a traceback: hundreds of broken ones, drawn from a seed, through the doors."""

import json
import os
import resource
import shutil
import signal
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from hostile import broken_folders, odd_tables

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.errors import GridplanError, InputError, Problem
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.address_file import read_addresses
from gridplan.outputs.reading.drawn import read_drawn
from gridplan.outputs.reading.written import read_written
from gridplan.planning.scenario.file import default_scenario
from gridplan.policy.assessment import read_assessment
from gridplan.text import say

SMALL = {"grids": 2, "centers": 2, "work_limit": 0.05}
NET = [say("reasons.content", lang, detail="X").partition("X")[0] for lang in ("zh", "en")]


@pytest.fixture(scope="module")
def base(tiny_writer, tmp_path_factory):
    return tiny_writer(tmp_path_factory.mktemp("hard") / "tiny")


@pytest.fixture(scope="module")
def written(base, tmp_path_factory):
    out = tmp_path_factory.mktemp("written") / "out"
    write_plan(gp.plan(base, gp.Scenario(**SMALL)), out, lang="en")
    return out


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def told_in_words(problems):
    """Every problem says itself in both languages, and none fell through to the last net."""
    for lang in ("zh", "en"):
        for problem in problems:
            text = problem.text(lang)
            text.encode()
            assert not any(part in text for part in NET), text


@pytest.mark.thorough
def test_120_broken_folders_are_read_or_refused_in_words(base, tmp_path):
    read = 0
    for what, folder in broken_folders(base, tmp_path, seed=4, count=120):
        for step in (gp.read_district, default_scenario, read_assessment):
            try:
                step(folder)
                read += 1
            except InputError as error:
                told_in_words(error.problems)
            except Exception as error:
                pytest.fail(f"{what}: {step.__name__} raised {error!r}")
    assert 140 < read < 355  # some are broken where it does no harm


def test_broken_folders_leave_the_command_line_with_a_code(base, tmp_path):
    for what, folder in broken_folders(base, tmp_path, seed=8, count=8):
        lang = "en" if len(what) % 2 else "zh"
        done = call("check", folder, "--lang", lang)
        assert done.exit_code in (0, 2), (what, done.output)
        assert "Traceback" not in done.output


def test_80_tables_of_drawn_grids_and_addresses(tmp_path):
    path = tmp_path / "t.csv"
    drawn = [f"u{at},h{at % 2}" for at in range(6)]
    for raw in odd_tables(seed=5, count=40, header="单元,网格", rows=drawn):
        path.write_bytes(raw)
        refused(read_drawn, path)
    places = [f"甲路{at},113.9{at},22.7{at}" for at in range(6)]
    for raw in odd_tables(seed=6, count=40, header="地址,经度,纬度", rows=places):
        path.write_bytes(raw)
        refused(read_addresses, path)


def refused(step, *given):
    """Run a step; its refusal, if there is one, in words."""
    try:
        step(*given)
    except GridplanError as error:
        told_in_words(error.problems)
        return error.problems
    return ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("unit,grid\nu00,h1,extra\n", "drawn-ragged"),
        ("unit,grid\n,h1\n", "drawn-nameless"),
        ("unit,grid,grid\nu00,h1,h2\n", "drawn-column-twice"),
        ("unit;grid\nu00;h1\nu00;h2\n", "drawn-twice"),
        ("a,b\n1,2\n", "drawn-columns"),
        ("", "drawn-columns"),
        (bytes(range(256)) * 8, "file-unreadable"),
        (b"PK\x03\x04" + bytes(100), "file-unreadable"),
    ],
)
def test_a_table_of_drawn_grids_that_cannot_be_read_says_what_is_wrong(tmp_path, content, code):
    path = tmp_path / "drawn.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert [problem.code for problem in refused(read_drawn, path)] == [code]


def test_semicolons_and_utf_16_are_read_and_the_form_is_told(base, tmp_path):
    grids = {f"u{c}{r}": "h1" if c < 3 else "h2" for c in range(6) for r in range(4)}
    text = "单元;网格\n" + "".join(f"{unit};{lead}\n" for unit, lead in grids.items())
    path = tmp_path / "drawn.csv"
    path.write_text(text, encoding="utf-16")
    assert read_drawn(path).grid.to_dict() == grids
    done = call("repair", base, path, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "UTF-16 text with cells parted by ';'" in done.stderr
    folder = shutil.copytree(base, tmp_path / "district")
    units = (folder / "units.csv").read_text(encoding="utf-8").replace(",", ";")
    (folder / "units.csv").write_text(units, encoding="gb18030")
    found = gp.read_district(folder)
    assert found.population == 60_000
    (form,) = (problem for problem in found.repairs if problem.code == "csv-form")
    assert (form.values["encoding"], form.values["separator"]) == ("GB 18030", ";")


def test_what_a_folder_names_is_not_opened_unless_it_is_a_file_inside(base, tmp_path):
    folder = shutil.copytree(base, tmp_path / "district")
    for name in ("groups.toml", "assessment.toml", "scenario.toml"):
        os.mkfifo(folder / name)  # opened, each would wait for ever
    with pytest.raises(InputError, match=r"groups.toml cannot be read: it is no regular file"):
        gp.read_district(folder)
    with pytest.raises(InputError, match=r"scenario.toml cannot be read"):
        gp.plan(base, folder / "scenario.toml")
    with pytest.raises(InputError, match=r"assessment.toml cannot be read"):
        read_assessment(folder)


@pytest.mark.parametrize(
    "command",
    [
        ("report", "OUT", "--file", "NEW.docx"),
        ("locate", "OUT", "--lon", "1", "--lat", "2"),
        ("verify", "OUT"),
    ],
    ids=lambda command: command[0],
)
def test_damaged_results_are_told_whatever_they_hold(written, tmp_path, command):
    out = tmp_path / "out"
    damages = {
        "plan.json": (
            b"[" * 9000,
            b'{"provenance": ' + b"9" * 5000 + b"}",
            b"\xff\xfe",
            b"1",
        ),
        "plan.gpkg": (b"", b"SQLite format 3\x00", os.urandom(300)),
    }
    for name, contents in damages.items():
        for content in contents:
            shutil.copytree(written, out)
            (out / name).write_bytes(content)
            given = [
                part.replace("OUT", str(out)).replace("NEW", str(tmp_path / "r"))
                for part in command
            ]
            done = call(*given, "--lang", "zh" if len(content) % 2 else "en")
            assert done.exit_code in (1, 2), (name, content[:20], done.output)
            assert "Traceback" not in done.output
            shutil.rmtree(out)


@pytest.mark.thorough
def test_a_plan_with_values_no_plan_has_is_damaged_not_a_fault(written, tmp_path):
    values = json.loads((written / "plan.json").read_text(encoding="utf-8"))
    for key in values:
        for odd in (None, "x", [[1]], 10**300):
            out = shutil.copytree(written, tmp_path / "out")
            (out / "plan.json").write_text(json.dumps(values | {key: odd}), encoding="utf-8")
            refused(read_written, out)
            shutil.rmtree(out)
    out = shutil.copytree(written, tmp_path / "out")
    (out / "plan.json").write_text(json.dumps(values | {"groups": [[]]}), encoding="utf-8")
    assert not verify(out).sound


@contextmanager
def no_file_larger_than(size):
    """Let the system refuse to write on, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, kept)


def test_a_disk_that_fills_anywhere_is_one_clear_error(base, written, tmp_path):
    plan = gp.plan(base, gp.Scenario(**SMALL))
    sizes = sorted(path.stat().st_size for path in written.iterdir())
    out = tmp_path / "out"
    codes = set()
    for size in (10, 5_000, 60_000, (written / "plan.gpkg").stat().st_size - 9_000, sizes[-1] - 1):
        with no_file_larger_than(size):
            codes |= {problem.code for problem in refused(write_plan, plan, out)}
        assert not out.exists()
    assert codes == {"out-not-writable"}
    assert [path.name for path in tmp_path.iterdir()] == []


def test_places_that_cannot_be_written_are_told(base, written, tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    addresses = tmp_path / "a.csv"
    addresses.write_text("lon,lat\n113.9,22.7\n", encoding="utf-8")
    drawn = tmp_path / "d.csv"
    units = [f"u{c}{r}" for c in range(6) for r in range(4)]
    drawn.write_text("unit,grid\n" + "".join(f"{u},h{1 + (u > 'u3')}\n" for u in units), "utf-8")
    commands = [
        ("plan", base, "--out", file),
        ("plan", base, "--out", file / "x"),
        ("plan", base, "--out", "a\0b"),
        ("plan", base, "--out", "x" * 5000),
        ("report", written, "--file", tmp_path / "file" / "r.docx"),
        ("locate", written, "--csv", addresses, "--out", tmp_path),
        ("locate", written, "--csv", tmp_path),
        ("repair", base, drawn, "--out", tmp_path),
        ("repair", base, tmp_path),
        ("plan", base, "--scenario", tmp_path),
        ("plan", base, "--scenario", "a\0b"),
        ("plan", base, "--profile-file", tmp_path),
        ("import-kong", addresses, "--out", file / "x"),
        ("verify", "a\0b"),
        ("check", "x" * 5000),
        ("assessment", "a\0b"),
    ]
    for command in commands:
        for lang in ("zh", "en"):
            done = call(*command, "--lang", lang)
            assert done.exit_code in (1, 2), (command, done.output)
            assert "Traceback" not in done.output
            assert say("cli.fault-details", lang) not in done.output, (command, done.output)


def test_a_fault_of_the_program_is_called_one_and_debug_tells_where(base, monkeypatch):
    def broken(_):
        raise KeyError("no such thing")

    monkeypatch.setattr("gridplan.district.folder.read.read_district", broken)
    for lang in ("zh", "en"):
        done = call("check", base, "--lang", lang)
        assert done.exit_code == 4
        assert "KeyError" in done.stderr
        assert "Traceback" not in done.stderr
        assert "--debug" in done.stderr
        for place in (("--debug", "check", base), ("check", base, "--debug")):
            told = call(*place, "--lang", lang)
            assert told.exit_code == 4
            assert "no such thing" in told.stderr


def test_what_the_system_refuses_and_a_stop_are_no_faults(base, monkeypatch):
    raised = [MemoryError(), OSError(28, "No space left on device", "/x/y"), KeyboardInterrupt()]

    def broken(_):
        raise raised.pop(0)

    monkeypatch.setattr("gridplan.district.folder.read.read_district", broken)
    memory, full, stopped = (call("check", base, "--lang", "zh") for _ in range(3))
    assert (memory.exit_code, full.exit_code, stopped.exit_code) == (2, 2, 130)
    assert "内存不足" in memory.stderr
    assert "/x/y：磁盘已满" in full.stderr
    assert "已停止" in stopped.stderr


def test_sentences_hold_no_value_that_acts_or_cannot_be_printed():
    odd = "\x1b[2J\ud800\u202e" + "x" * 9000
    for value in (odd, 10**9000, [odd, [[[[[[odd]]]]]]], {"a": odd}, object(), b"\xff"):
        text = Problem("missing-key", {"place": value, "key": value}).text("en")
        text.encode()
        assert text.isprintable()
        assert len(text) < 4000
