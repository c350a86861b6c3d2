"""The command line says what it does, what went wrong, and with which exit code."""

import json

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
    for command in ("check", "plan", "import-kong"):
        assert command in told
        assert call(command, "--help").exit_code == 0


def test_check_tells_layers_and_repairs(call, folder):
    done = call("check", folder, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "the data can be used" in done.output
    found = json.loads(call("check", folder, "--json").stdout)
    assert {layer["layer"] for layer in found["layers"]} >= {"units", "hospitals"}
    assert all(layer["label"] in ("real", "derived", "modelled") for layer in found["layers"])


@pytest.mark.parametrize(("lang", "said"), [("en", "nothing was planned"), ("zh", "未作任何规划")])
def test_bad_input_leaves_with_two_and_every_problem(call, tmp_path, lang, said):
    done = call("check", tmp_path / "nowhere", "--lang", lang)
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
