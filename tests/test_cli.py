"""The command line says what it does, what went wrong, and with which exit code."""

import json
import tomllib

import pytest
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.version import VERSION


@pytest.fixture
def folder(tiny_district):
    return tiny_district.folder


@pytest.fixture
def call():
    runner = CliRunner()

    def invoke(*arguments):
        return runner.invoke(main, [str(argument) for argument in arguments])

    return invoke


def test_version(call):
    assert call("--version").output.strip() == f"gridplan, version {VERSION}"


def test_help_teaches(call):
    told = call("--help").output
    assert "gridplan plan data/guangming" in told
    assert "Exit codes: 0 done" in told
    commands = (
        "check",
        "plan",
        "repair",
        "report",
        "locate",
        "verify",
        "assessment",
        "scenario",
        "import-kong",
    )
    for command in commands:
        assert command in told
        assert call(command, "--help").exit_code == 0


def test_check_tells_layers_and_repairs(call, folder):
    done = call("check", folder, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "the data can be used" in done.output
    found = json.loads(call("check", folder, "--json").stdout)
    assert {layer["layer"] for layer in found["layers"]} >= {"units", "hospitals"}
    assert all(layer["label"] in ("real", "derived", "modelled") for layer in found["layers"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "X", "--lang", "en"), "nothing was planned"),
        (("plan", "X"), "未作任何规划"),
        (("check", "X", "--lang", "en"), "The data have problems"),
        (("report", "X", "--lang", "en"), "The report was not written"),
        (("locate", "X", "--lon", "1", "--lat", "2", "--lang", "en"), "No address was looked up"),
        (("assessment", "X", "--lang", "en"), "no form was made"),
        (("repair", "X", "X/drawn.csv", "--lang", "en"), "nothing was mended"),
        (("import-kong", "X", "--out", "X/new", "--lang", "en"), "nothing was imported"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_bad_input_leaves_with_two_and_says_what_was_not_done(call, tmp_path, arguments, said):
    nowhere = str(tmp_path / "nowhere")
    done = call(*(argument.replace("X", nowhere) for argument in arguments))
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_bad_input_as_json_names_codes(call, tmp_path, folder):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("grid = 2\nseed = -1\n", encoding="utf-8")
    done = call("plan", folder, "--scenario", wrong, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 2
    codes = [problem["code"] for problem in json.loads(done.stdout)["problems"]]
    assert codes == ["scenario-unknown-key", "scenario-range"]
    assert not (tmp_path / "out").exists()


def test_clashing_demands_leave_with_three_and_nothing_written(call, tmp_path, folder):
    wanted = tmp_path / "s.toml"
    wanted.write_text("grids = 9\n", encoding="utf-8")
    out = tmp_path / "out"
    done = call("plan", folder, "--scenario", wanted, "--out", out, "--lang", "en")
    assert done.exit_code == 3
    assert "9 grids are asked for, but only" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_plan_is_written_and_told(call, tmp_path, folder):
    out = tmp_path / "out"
    done = call("plan", folder, "--out", out, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert json.loads((out / "plan.json").read_text(encoding="utf-8"))["grids"]
    assert "from the best possible" in done.stdout or "proven best possible" in done.stdout
    again = call("plan", folder, "--out", out, "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["centers"]


def test_a_folder_that_is_not_a_result_is_left_alone(call, tmp_path, folder):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work", encoding="utf-8")
    done = call("plan", folder, "--out", out)
    assert done.exit_code == 2
    assert (out / "thesis.docx").read_text(encoding="utf-8") == "years of work"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_commands_do_not_write_over_a_plans_own_files(call, tmp_path, folder, lang):
    out = tmp_path / "out"
    out.mkdir()
    told = {"provenance": {"program": "gridplan"}}
    (out / "plan.json").write_text(json.dumps(told), encoding="utf-8")
    (out / "plan.xlsx").write_text("a plan", encoding="utf-8")
    link = tmp_path / "report.xlsx"
    link.symlink_to(out / "plan.xlsx")
    given = tmp_path / "given.csv"
    given.write_text("lon,lat,unit,grid\n1,1,u00,h1\n", encoding="utf-8")
    for arguments in (
        ("report", out, "--file", out / "plan.xlsx"),
        ("report", out, "--file", link),
        ("report", tmp_path / "another", "--format", "html", "--file", out / "map.html"),
        ("locate", out, "--csv", given, "--out", link),
        ("repair", folder, given, "--out", out / "plan.json"),
    ):
        done = call(*arguments, "--lang", lang)
        assert done.exit_code == 2, arguments
        assert ("成果文件" if lang == "zh" else "own files are not overwritten") in done.stderr
    assert (out / "plan.xlsx").read_text(encoding="utf-8") == "a plan"
    assert json.loads((out / "plan.json").read_text(encoding="utf-8")) == told
    assert link.is_symlink()


def test_a_changed_file_of_an_earlier_result_is_kept_and_told(call, tmp_path, folder):
    scenario = tmp_path / "quick.toml"
    text = "grids = 2\ncenter_lower = 10000\ncenter_upper = 20000\nwork_limit = 1\n"
    scenario.write_text(text, encoding="utf-8")
    arguments = ("plan", folder, "--scenario", scenario, "--out", tmp_path / "out", "--lang", "en")
    assert call(*arguments).exit_code == 0
    (tmp_path / "out" / "plan.xlsx").write_text("my remarks", encoding="utf-8")
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    assert "not deleted but kept in" in done.stderr
    kept = tmp_path / "out-earlier" / "plan.xlsx"
    assert kept.read_text(encoding="utf-8") == "my remarks"
    assert call("verify", tmp_path / "out").exit_code == 0


def test_alternatives_are_offered_and_written(call, tmp_path, folder):
    out, brief = tmp_path / "out", tmp_path / "brief.toml"
    brief.write_text("work_limit = 0.5\n", encoding="utf-8")
    arguments = ("--scenario", brief, "--out", out, "--alternatives", 2, "--lang", "en")
    done = call("plan", folder, *arguments)
    assert done.exit_code == 0, done.output
    assert "Partitions to choose from" in done.stdout
    offered = json.loads((out / "plan.json").read_text(encoding="utf-8"))["alternatives"]
    assert {row["alternative"] for row in offered} >= {1}
    assert sum(row["population"] for row in offered if row["alternative"] == 1) == 60_000
    assert call("verify", out, "--lang", "en").exit_code == 0


def drawn(tiny_district, path, change=None):
    west = tiny_district.units["subdistrict"] == "西街道"
    table = tiny_district.units[[]].assign(grid=["h1" if w else "h2" for w in west])
    for unit, grid in (change or {}).items():
        table.loc[unit, "grid"] = grid
    table.to_csv(path, encoding="gb18030")
    return path


def test_drawn_grids_are_mended_and_told(call, tmp_path, tiny_district, folder):
    sound = call("repair", folder, drawn(tiny_district, tmp_path / "sound.csv"), "--lang", "en")
    assert "nothing was moved" in sound.stdout
    assert "From mean" in sound.stdout
    file = drawn(tiny_district, tmp_path / "drawn.csv", {"u53": "h1", "u00": ""})
    done = call("repair", folder, file, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "u53: 西区人民医院 -> 东区中医院 (cut off from its grid)" in done.stdout
    assert "u00: no grid -> 西区人民医院 (drawn into no grid)" in done.stdout
    mended = (tmp_path / "drawn-mended.csv").read_text(encoding="utf-8-sig")
    assert len(mended.splitlines()) == 25
    head = "unit,grid,lead,moved_from,reason,lead_name,why,minutes_before,minutes_after\n"
    assert mended.startswith(head)
    again = call("repair", folder, tmp_path / "drawn-mended.csv", "--lang", "en")
    assert "nothing was moved" in again.stdout


def test_a_drawn_file_that_cannot_be_read_is_told(call, tmp_path, folder):
    assert call("repair", folder, tmp_path / "none.csv").exit_code == 2
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("cell,part\nu00,h1\n", encoding="utf-8")
    told = call("repair", folder, wrong, "--lang", "en")
    assert told.exit_code == 2
    assert "has the columns cell, part" in told.stderr
    wrong.write_text("unit,grid\nu00,h1\nu00,h2\n", encoding="utf-8")
    assert "more than once (such as u00)" in call("repair", folder, wrong, "--lang", "en").stderr


def test_the_blank_form_is_valid_and_answers_nothing(call, folder):
    form = call("assessment", folder, "--lang", "en")
    assert form.exit_code == 0, form.output
    assert tomllib.loads(form.stdout) == {}
    assert "#" in form.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_carries_its_proof_and_remedies_and_their_lines_can_be_obeyed(
    call, folder, tmp_path, lang
):
    scenario = tmp_path / "wanted.toml"
    scenario.write_text("centers = 1\n", encoding="utf-8")
    options = ("--scenario", scenario, "--out", tmp_path / "out", "--lang", lang)
    refused = call("plan", folder, *options, "--json")
    assert refused.exit_code == 3
    told = json.loads(refused.stdout)
    assert told["proven"] is True
    assert told["error"] in refused.stderr
    problem = told["problems"][0]
    assert problem["proven"] is True
    remedy = problem["remedies"][0]
    line = f"{remedy['key']} = {remedy['value']}"
    assert line in problem["text"]
    scenario.write_text(f"{line}\n", encoding="utf-8")
    assert call("plan", folder, *options).exit_code == 0
