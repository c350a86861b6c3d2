"""Every row a sentence only counts stands in a file, harmless there, and the audit knows it."""

import csv
import dataclasses
import io
import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.audit.files.rows import rows_compared
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.district.files.intake import noted, sample
from gridplan.district.folder.read import read_district
from gridplan.errors import SHOWN, InputError
from gridplan.outputs.disk.own_files import MANIFEST
from gridplan.outputs.files.folder import check_folder, write_plan
from gridplan.outputs.files.rows_file import (
    ROWS_FILE,
    entries_of,
    names_fewer,
    rows_csv,
    rows_table,
)
from gridplan.outputs.reading.written import read_written
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario

UNITS = [f"u{column}{row}" for row in range(4) for column in range(6)]


def without_street(folder, units):
    """Take the street from some units, and give the district a layer of streets to find it in."""
    file = folder / "units.csv"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    rows = [r.rsplit(",", 1)[0] + "," if r.split(",")[0] in units else r for r in rows]
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    west, south, side = 490_000, 2_520_000, 600
    shape = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"subdistrict": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [
                            [x, south],
                            [x + side, south],
                            [x + side, south + 800],
                            [x, south + 800],
                            [x, south],
                        ]
                    ],
                },
            }
            for name, x in (("西街道", west), ("东街道", west + side))
        ],
    }
    (folder / "streets.geojson").write_text(json.dumps(shape), encoding="utf-8")
    with (folder / "district.toml").open("a", encoding="utf-8") as toml:
        toml.write(
            '\n[layers.subdistricts]\nfile = "streets.geojson"\ncrs = "EPSG:4547"\n'
            'label = "real"\nsource = "drawn for tests"\n'
        )
    return folder


def read_rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


@settings(max_examples=4)
@given(st.sets(st.sampled_from(UNITS), min_size=1))
def test_every_row_is_named_in_the_file(tiny_writer, tmp_path_factory, units):
    folder = without_street(tiny_writer(tmp_path_factory.mktemp("rows") / "tiny"), units)
    entries = entries_of(read_district(folder))
    found = [r for r in read_rows(rows_csv(entries, "en")) if "name no subdistrict" in r["what"]]
    assert {row["row or id"] for row in found} == units
    assert len(found) == len(units)
    assert names_fewer(entries) == (len(units) > SHOWN)


@given(st.lists(st.text(max_size=6), max_size=12), st.sampled_from(["zh", "en"]))
def test_no_cell_acts_as_a_formula_and_none_is_lost(texts, lang):
    values = {"layer": "units", "file": "=a.csv", "column": "+b", **sample(texts)}
    content = rows_csv((("wrong", noted("missing-value", values)),), lang)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(lines) == 1 + max(len(texts), 1)
    assert not [cell for line in lines for cell in line if cell.startswith(tuple("=+-@\t\r\n"))]


def test_apart_names_all_units(tiny_writer, tmp_path):
    folder = tiny_writer(tmp_path / "tiny")
    file = folder / "units.csv"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    # The middle columns go: east and west lie 400 m apart, an island of eight units.
    kept = [row for row in rows if row[1] not in "23"]
    file.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    district = read_district(folder)
    (apart,) = district.apart
    assert len(apart.values["rows"]) == SHOWN
    table = rows_table(entries_of(district), "zh")
    told = [line[5] for line in table if line[1] == "未连片"]
    assert sorted(told) == sorted(apart.every)
    assert len(told) == apart.values["count"] == 8


# --- gridplan check --rows


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_check_writes_the_rows(tiny_folder, tmp_path, lang):
    without_street(tiny_folder, set(UNITS[:9]))
    without = run("check", tiny_folder, "--lang", lang)
    assert "--rows" in without.output
    file = tmp_path / "rows.csv"
    told = run("check", tiny_folder, "--lang", lang, "--rows", file)
    assert told.exit_code == 0
    assert str(file) in told.output
    assert "--rows" not in told.output
    assert file.read_bytes() == rows_csv(entries_of(read_district(tiny_folder)), lang)
    assert len(json.loads(run("check", tiny_folder, "--json").stdout)["repairs"]) >= 1


def test_check_writes_the_rows_of_a_district_that_is_refused(tiny_folder, tmp_path):
    file = tiny_folder / "units.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",2500,", ",,"), encoding="utf-8")
    rows = tmp_path / "rows.csv"
    told = run("check", tiny_folder, "--lang", "en", "--rows", rows)
    assert told.exit_code == 2
    assert str(rows) in told.output
    found = read_rows(rows.read_bytes())
    assert {row["kind"] for row in found} == {"to correct"}
    assert [row["row or id"] for row in found] == [str(n) for n in range(2, 26)]
    assert {row["column"] for row in found} == {"population"}


def test_check_overwrites_nothing_of_the_district(tiny_folder, tmp_path):
    linked = tmp_path / "linked.csv"
    linked.hardlink_to(tiny_folder / "units.csv")
    before = (tiny_folder / "units.csv").read_bytes()
    for file in (tiny_folder / "units.csv", tiny_folder / "district.toml", linked):
        told = run("check", tiny_folder, "--lang", "en", "--rows", file)
        assert told.exit_code == 2
        assert "it is not overwritten" in told.output
    assert (tiny_folder / "units.csv").read_bytes() == before == linked.read_bytes()


# --- beside a plan


@pytest.fixture(scope="module")
def planned(tiny_writer, tmp_path_factory):
    home = tmp_path_factory.mktemp("planned")
    folder = without_street(tiny_writer(home / "tiny"), set(UNITS[:9]))
    scenario = Scenario(
        grids=0, centers=2, center_lower=20_000, center_upper=40_000, regional_max=0
    )
    plan = make_plan(read_district(folder), scenario)
    return folder, plan, write_plan(plan, home / "out", lang="en")


def test_a_plan_brings_the_file_where_sentences_name_fewer(planned, tmp_path):
    _, plan, paths = planned
    out = paths[0].parent
    assert paths[-1] == out / ROWS_FILE
    assert ROWS_FILE in (out / MANIFEST).read_text(encoding="utf-8")
    assert paths[-1].read_bytes() == rows_csv(entries_of(plan.district), "en")
    assert "u11" not in json.dumps(json.loads((out / "plan.json").read_text())["provenance"])
    check_folder(out)  # it may be replaced
    few = dataclasses.replace(plan, district=dataclasses.replace(plan.district, repairs=()))
    assert ROWS_FILE not in [path.name for path in write_plan(few, tmp_path / "few")]
    assert write_plan(few, out)[-1].name == MANIFEST
    assert not (out / ROWS_FILE).exists()
    write_plan(plan, out, lang="en")


def differences(plan, out, folder=None):
    (check,) = rows_compared(plan, out, folder)
    return check.differences


def altered(out, old, new):
    file = out / ROWS_FILE
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8-sig")


def test_the_audit_finds_what_was_altered(planned, tmp_path):
    folder, plan, _ = planned
    out = write_plan(plan, tmp_path / "out", lang="zh")[0].parent
    assert verify(out, district=folder).sound
    back = read_written(out)
    assert not differences(back, out)
    assert names_fewer(entries_of(back.district))
    for old, new, known in ((",u00,", ",u99,", True), ("u11,", "u99,", False)):
        altered(out, old, new)
        assert bool(differences(back, out)) == known
        assert [entry.file for entry in differences(back, out, folder)] == [ROWS_FILE]
        altered(out, new, old)
    for content in (b"", (out / ROWS_FILE).read_bytes() + b"1,2\n"):
        (out / ROWS_FILE).write_bytes(content)
        assert differences(back, out)
    for content in (b"\xff\xfe\x00", b'"', None):
        (out / ROWS_FILE).unlink()
        if content is not None:
            (out / ROWS_FILE).write_bytes(content)
        with pytest.raises(InputError):
            differences(back, out)
    assert not verify(out).sound
