"""The command that sweeps: how ranges are written, and what they come to."""

import pytest
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.cli.sweeping import values_of
from gridplan.errors import InputError


@pytest.mark.parametrize(
    ("key", "text", "values"),
    [
        ("grids", "1..4", [1, 2, 3, 4]),
        ("centers", "44..50:3", [44, 47, 50]),
        ("centers", "44,46", [44, 46]),
        ("center_equity", "0..1:0.5", [0, 0.5, 1.0]),
        ("band", "18-30,20-30", [(18_000, 30_000), (20_000, 30_000)]),
        ("band", "18000-30000", [(18_000, 30_000)]),
        ("grid_grain", "unit,community", ["unit", "community"]),
    ],
)
def test_ranges_are_read(key, text, values):
    assert values_of(key, text) == values


@pytest.mark.parametrize(
    ("key", "text"), [("grids", "4..1"), ("band", "30"), ("centers", ","), ("centers", "1..9:0")]
)
def test_what_is_no_range_is_told(key, text):
    with pytest.raises(InputError):
        values_of(key, text)


def test_a_sweep_is_run_told_and_taken_up_again(tiny_folder, tmp_path):
    given = [str(tiny_folder), "--grids", "1..2", "--centers", "2", "--band", "15-35"]
    given += ["--vary", "work_limit=0.05", "--processes", "1", "--out", str(tmp_path / "out")]
    first = CliRunner().invoke(main, ["sweep", *given, "--lang", "en"])
    assert first.exit_code == 0, first.output
    assert "2 scenarios, 2 of them planned" in first.output
    again = CliRunner().invoke(main, ["sweep", *given])
    assert "2个中有2个沿用上次结果" in again.output
    wrong = CliRunner().invoke(main, ["sweep", str(tiny_folder), "--vary", "centres=2"])
    assert wrong.exit_code == 2
    assert "centers" in wrong.output
