"""The localisation index: visits that stay in the grid, by a table of visits."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from drawn import layout_of
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan as gp
from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.flows import read_flows
from gridplan.planning.services.localisation import localisation


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_visits_are_counted_one_by_one(lattice_builder, seed):
    layout = layout_of(lattice_builder(4, 2, people=1000.0, leads=((0, 0), (3, 0))))
    rng = np.random.default_rng(seed)
    flows = pd.DataFrame(
        {
            "unit": rng.choice(layout.units.index, 30),
            "hospital": rng.choice(["h1", "h2", None], 30),
            "visits": rng.integers(0, 50, 30),
        }
    )
    told = localisation(layout, flows)
    home = {"h1": "G1", "h2": "G2"}
    for grid in ("G1", "G2"):
        rows = [row for row in flows.itertuples() if layout.units["grid"][row.unit] == grid]
        inside = sum(row.visits for row in rows if home.get(row.hospital) == grid)
        every = sum(row.visits for row in rows)
        assert told.loc[grid, "visits"] == every
        assert told.loc[grid, "visits_inside"] == inside
        if every:
            assert told.loc[grid, "localisation_percent"] == pytest.approx(100 * inside / every)
        others = [row for row in flows.itertuples() if layout.units["grid"][row.unit] != grid]
        comes = sum(row.visits for row in others if home.get(row.hospital) == grid)
        assert told.loc[grid, "visits_from_outside"] == comes
    assert told.loc["000000", "visits_inside"] == told.loc[["G1", "G2"], "visits_inside"].sum()


def test_a_planners_table_is_read_with_all_its_faults_at_once(lattice, tmp_path):
    layout = layout_of(lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0))))
    good = tmp_path / "flows.csv"
    text = '单元,就诊医院,人次\nc0r0,Hospital 1,"1,200"\nc3r0,区外,30\n'
    good.write_bytes(text.encode("gb18030"))
    told = read_flows(good, layout)
    assert told.to_dict("list") == {
        "unit": ["c0r0", "c3r0"],
        "hospital": ["h1", None],
        "visits": [1200.0, 30.0],
    }
    bad = tmp_path / "bad.csv"
    bad.write_text("unit,hospital,visits\nx,h1,1\nc0r0,h9,2\nc0r0,h1,-3\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_flows(bad, layout)
    codes = [problem.code for problem in error.value.problems]
    assert codes == ["flows-unit", "flows-hospital", "flows-visits"]
    bad.write_text("unit,visits\nx,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="hospital"):
        read_flows(bad, layout)


def test_the_index_is_told_on_the_command_line(tiny_folder, tmp_path):
    scenario = gp.Scenario(
        centers=4, center_lower=5_000, center_upper=20_000, work_limit=0.2, profiles=()
    )
    made = gp.plan(tiny_folder, scenario)
    write_plan(made, tmp_path / "out", lang="zh")
    flows = tmp_path / "flows.csv"
    flows.write_text("unit,hospital,visits\nu00,h1,80\nu00,,20\nu50,h1,10\n", encoding="utf-8")
    lead = made.layout.grids["lead"]
    west = next(grid for grid, key in lead.items() if key == "h1")
    table = made.localisation(flows)
    assert table.loc[west, "localisation_percent"] == 80.0
    for lang, word in (("zh", "本地就诊率"), ("en", "Localisation")):
        told = CliRunner().invoke(
            main, ["localisation", str(tmp_path / "out"), str(flows), "--lang", lang]
        )
        assert told.exit_code == 0
        assert word in told.output
        assert "80.0" in told.output
    missing = CliRunner().invoke(main, ["localisation", str(tmp_path / "out"), "none.csv"])
    assert missing.exit_code == 2
