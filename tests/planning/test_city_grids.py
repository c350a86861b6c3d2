"""Grids in the rest of the city, as district.toml tells them, answer what one district cannot."""

import pytest

import gridplan as gp
from gridplan.audit.verify import verify

RULE = "grids-per-city"


def told(folder, *lines):
    file = folder / "district.toml"
    file.write_text("\n".join([*lines, file.read_text(encoding="utf-8")]), encoding="utf-8")
    return folder


def finding(plan):
    rows = plan.findings[plan.findings["rule"] == RULE]
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("elsewhere", "grids", "value", "state"),
    [(None, 1, None, "waiting"), (0, 1, 1, "failed"), (1, 1, 2, "passed"), (18, 2, 20, "passed")],
)
def test_the_rest_of_the_city_counts_where_it_is_told(elsewhere, grids, value, state, tiny_folder):
    if elsewhere is not None:
        source = 'city_grids_source = "市卫健委〔2025〕1号"'
        told(tiny_folder, f"city_grids_elsewhere = {elsewhere}", source)
    plan = gp.plan(tiny_folder, gp.Scenario(grids=grids, centers=2, work_limit=0.05))
    row = finding(plan)
    assert row["value"] == value
    assert row["state"] == state
    assert ("〔2025〕1号" in str(row["caveats"])) == (elsewhere is not None)


def test_it_is_written_read_back_and_audited(tiny_folder, tmp_path):
    told(tiny_folder, "city_grids_elsewhere = 3", 'city_grids_source = "a document"')
    asked = gp.Scenario(grids=1, centers=2, work_limit=0.05, regional_max=0)
    plan = gp.plan(tiny_folder, asked)
    plan.write(tmp_path / "out", lang="en")
    assert verify(tmp_path / "out", district=tiny_folder).differences == ()


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        (["city_grids_elsewhere = 3"], "city_grids_source"),
        (["city_grids_elsewhere = -1", 'city_grids_source = "x"'], "from 0 to 1,000"),
        (["city_grids_elsewhere = 1.5", 'city_grids_source = "x"'], "whole number"),
        (["city_grids_elsewhere = true", 'city_grids_source = "x"'], "whole number"),
    ],
)
def test_what_is_wrong_is_told(lines, match, tiny_folder):
    with pytest.raises(gp.InputError, match=match):
        gp.read_district(told(tiny_folder, *lines))
