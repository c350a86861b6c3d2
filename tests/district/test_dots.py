"""2.500 residents: two thousand and a half, or two and a half? The planner decides."""

import pytest

from gridplan.district.folder.read import read_district
from gridplan.errors import InputError


def write(folder, people, declared=""):
    path = folder / "units.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    rows = [
        ",".join([*row.split(",")[:3], f'"{people[i % len(people)]}"', *row.split(",")[4:]])
        for i, row in enumerate(rows)
    ]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    if declared:
        toml = (folder / "district.toml").read_text(encoding="utf-8")
        toml = toml.replace('file = "units.csv"', f'file = "units.csv"\ndot_means = "{declared}"')
        (folder / "district.toml").write_text(toml, encoding="utf-8")


@pytest.mark.parametrize(
    "people", [["2.500"], ["2.500", "2,500"], ["2.500", "850"], ["1.250", "12.000"], ["２．５００"]]
)
def test_dots_that_fit_both_readings_are_asked_about(tiny_folder, people):
    write(tiny_folder, people)
    with pytest.raises(InputError) as caught:
        read_district(tiny_folder)
    (problem,) = caught.value.problems
    assert problem.code == "thousands-dot"
    for lang in ("zh", "en"):
        told = problem.text(lang)
        assert "dot_means" in told
        assert problem.values["whole"] in told
        assert problem.values["decimal"] in told


@pytest.mark.parametrize(("declared", "total"), [("thousands", 60_000), ("decimal", 60)])
def test_the_declared_reading_is_taken(tiny_folder, declared, total):
    write(tiny_folder, ["2.500"], declared)
    edit = (tiny_folder / "units.csv").read_text(encoding="utf-8").replace(",200,", ",,")
    (tiny_folder / "units.csv").write_text(edit, encoding="utf-8")
    district = read_district(tiny_folder)
    assert district.population == total
    codes = {repair.code for repair in district.repairs}
    assert ("dots-as-thousands" in codes) == (declared == "thousands")


@pytest.mark.parametrize(
    ("people", "first"),
    [
        (["2500.125", "2.500"], 2500.125),  # a plain figure of over 999 has no thousands parted
        (["2500.5", "3000"], 2500.5),
        (["2500"], 2500),
        (["1.234.567", "2.500"], 1_234_567),
        (["1.234,5"], 1234.5),
    ],
)
def test_what_fits_one_reading_is_read(tiny_folder, people, first):
    write(tiny_folder, people)
    edit = (tiny_folder / "units.csv").read_text(encoding="utf-8").replace(",200,", ",,")
    (tiny_folder / "units.csv").write_text(edit, encoding="utf-8")
    assert read_district(tiny_folder).units["population"].iloc[0] == first


def test_coordinates_are_never_in_doubt(tiny_folder):
    path = tiny_folder / "hospitals.csv"
    text = path.read_text(encoding="utf-8").replace("x,y", "lon,lat")
    text = text.replace("490090,2520090", "113.904,22.778").replace(
        "491110,2520090", "113.913,22.778"
    )
    path.write_text(text, encoding="utf-8")
    toml = (tiny_folder / "district.toml").read_text(encoding="utf-8")
    toml = toml.replace(
        'file = "hospitals.csv"\ncrs = "EPSG:4547"', 'file = "hospitals.csv"\ncrs = "EPSG:4490"'
    )
    (tiny_folder / "district.toml").write_text(toml, encoding="utf-8")
    assert len(read_district(tiny_folder).hospitals) == 2


def test_an_unknown_reading_is_refused(tiny_folder):
    write(tiny_folder, ["2500"], "maybe")
    with pytest.raises(InputError, match="thousands, decimal"):
        read_district(tiny_folder)
