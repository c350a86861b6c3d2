"""What a geopandas user expects of the library: frames in, frames out, things that show."""

import inspect
import re

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import gridplan as gp
from gridplan.api.districts import HOMES
from gridplan.outputs.tables.frames import FRAMES

SMALL = {"grids": 2, "centers": 2, "work_limit": 0.05, "center_upper": 35_000}


@pytest.fixture(scope="module")
def district(tiny_writer, tmp_path_factory):
    return gp.read_district(tiny_writer(tmp_path_factory.mktemp("library") / "tiny"))


@pytest.fixture(scope="module")
def plan(district):
    return gp.plan(district, **SMALL)


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("library-out") / "mine"
    plan.write(out, lang="zh")
    return out


def given_by(district, *layers):
    return {layer: getattr(district, layer).drop(columns="unit") for layer in layers}


def test_frames_make_the_district_that_a_folder_makes(district, plan):
    units = district.units[["population", "community", "subdistrict", "geometry"]]
    made = gp.District.from_frames(
        units, **given_by(district, "hospitals", "centers"), name=("小区", "Tiny"), labels="derived"
    )
    assert isinstance(made, gp.District)
    assert made.folder is None
    assert made.population == district.population
    assert list(made.units.index) == list(units.index)
    assert made.crs == district.crs
    assert {layer.label for layer in made.layers} == {"derived"}
    again = gp.plan(made, gp.Scenario(**SMALL))
    assert again.certificates["centers"].objective == plan.certificates["centers"].objective


def test_frames_in_degrees_and_with_chinese_headers_are_understood(district):
    lonlat = district.units[["population", "geometry"]].to_crs("EPSG:4326")
    named = lonlat.rename(columns={"population": "常住人口"}).rename_geometry("shape")
    made = gp.District.from_frames(named, hospitals=district.hospitals.to_crs("EPSG:4326"))
    assert made.population == district.population
    assert np.allclose(made.units.area.sum(), district.units.area.sum(), rtol=1e-4)
    assert {layer.label for layer in made.layers} == {"modelled"}


def test_wrong_frames_are_told_all_at_once(district):
    bare = gpd.GeoDataFrame(
        pd.DataFrame(district.units).drop(columns="geometry"),
        geometry=gpd.GeoSeries(list(district.units.geometry), index=district.units.index),
    )
    with pytest.raises(gp.InputError) as caught:
        gp.District.from_frames(bare, hospital=district.hospitals, centers=[1, 2])
    text = caught.value.text("en")
    assert "set_crs" in text
    assert "did you mean hospitals" in text
    assert "Layer 'centers'" in text
    with pytest.raises(gp.InputError, match="use one of real"):
        gp.District.from_frames(district.units, labels="sure")
    with pytest.raises(gp.InputError, match="population"):
        gp.District.from_frames(district.units[["geometry"]])


@pytest.mark.parametrize("name", FRAMES)
def test_frames_have_the_columns_the_page_names(plan, name):
    frame = getattr(plan, name)
    columns = list(frame.reset_index().columns) if frame.index.name else list(frame.columns)
    assert set(FRAMES[name]) <= set(columns)
    if name != "findings":
        assert isinstance(frame, gpd.GeoDataFrame)
        assert frame.crs == plan.district.crs
    frame.loc[:, "mine"] = 1  # a copy: what is done to it does not reach the plan
    assert name == "findings" or "mine" not in getattr(plan, name)


def test_frames_agree_with_each_other(plan):
    people = plan.units.groupby("grid")["population"].sum()
    assert people.to_dict() == plan.grids["population"].to_dict()
    served = plan.units.groupby("center")["population"].sum()
    assert served.to_dict() == plan.centers["population"].to_dict()
    assert set(plan.groups["grid"]) == set(plan.grids.index)
    assert plan.groups.geometry.notna().all()


@pytest.mark.parametrize("name", ["grids", "units", "centers", "groups"])
def test_frames_can_be_explored_and_written(plan, name, tmp_path):
    frame = getattr(plan, name)
    assert "leaflet" in frame.explore(tiles=None).get_root().render()
    frame.to_file(tmp_path / "a.gpkg", layer=name)
    assert len(gpd.read_file(tmp_path / "a.gpkg")) == len(frame)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plot_has_legend_and_scale(plan, lang):
    mpl.use("Agg")
    axes = plan.plot(lang=lang)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(labels) == 2 + 1 + 1 + 1  # grids, streets, regional centers, leads
    assert any(re.fullmatch(r"[\d.]+ k?m", text.get_text()) for text in axes.texts)
    assert axes.get_title()
    assert plan.plot(axes) is axes
    mpl.pyplot.close(axes.figure)


def test_a_plan_shows_five_figures_and_a_map(plan):
    page = plan._repr_html_()
    assert page.count("<tr>") == 5
    assert 'src="data:image/png;base64,' in page
    assert "60,000" in page


def test_keys_are_put_into_the_scenario(district, tmp_path):
    with pytest.raises(gp.InputError, match="did you mean 'grids'"):
        gp.plan(district, grid=2)
    file = tmp_path / "my.toml"
    file.write_text("grids = 2\ncenters = 3\n", encoding="utf-8")
    made = gp.plan(district, file, **SMALL)
    assert (made.scenario.grids, made.scenario.centers) == (2, 2)


def test_a_bar_shows_the_stages(district, capsys):
    gp.plan(district, **SMALL, progress=True)
    shown = capsys.readouterr().err
    assert all(stage in shown for stage in ("grids", "centers", "100%"))
    heard = []
    gp.plan(district, **SMALL, progress=lambda stage, _progress: heard.append(stage))
    assert {"grids", "centers"} <= set(heard)


def test_a_folder_is_read_compared_looked_up_audited_and_reported(plan, folder, district, tmp_path):
    read = gp.read_plan(folder)
    assert read.grids["population"].to_dict() == plan.grids["population"].to_dict()
    both = gp.compare(read, folder)
    assert isinstance(both, gp.Comparison)
    assert both.differences[0].units.empty
    assert both.table(lang="en").shape[1] == 2
    assert "<table" in both._repr_html_()
    inside = district.hospitals.to_crs("EPSG:4326").geometry.iloc[0]
    for given in (plan, folder):
        found = gp.locate(given, inside.x, inside.y)
        assert list(found["result"]) == ["found"]
        assert found["lead"].iloc[0] == "h1"
    with pytest.raises(gp.InputError, match="use one of wgs84"):
        gp.locate(plan, 1, 2, crs="wgs72")
    assert gp.verify(folder).sound
    for form in ("docx", "html", "xlsx"):
        assert gp.report(folder, tmp_path / f"r.{form}", lang="en").stat().st_size > 5000
    with pytest.raises(gp.InputError, match="pdf"):
        gp.report(plan, tmp_path / "r.pdf")


def test_a_drawing_is_judged_and_mended(district, plan):
    drawn = plan.units["lead"]
    assert len(gp.evaluate(district, gp.Scenario(**SMALL), drawn=drawn).grids) == 2
    torn = drawn.copy()
    torn["u50"] = "h1" if torn["u50"] == "h2" else "h2"
    mended = gp.repair(district, torn, **SMALL)
    assert "u50" in mended.moves.index
    assert "1 unit(s) with 2,500 residents" in mended.text(lang="en")


def test_a_mended_drawing_is_written(district, plan, tmp_path):
    mended = gp.repair(district, plan.units["lead"], **SMALL)
    file = mended.write(tmp_path / "mended.csv")
    assert len(pd.read_csv(file)) == len(district.units)


def test_bundled_districts_are_found_and_others_are_refused():
    assert (gp.bundled("guangming") / "district.toml").is_file()
    assert gp.bundled("shixing").parent in HOMES
    for wrong in ("gaungming", 5, None, ".."):
        with pytest.raises(gp.InputError, match="use one of guangming"):
            gp.bundled(wrong)


def test_every_public_name_is_documented():
    for name in gp.__all__:
        value = getattr(gp, name)
        if callable(value):
            assert inspect.getdoc(value), name
        if inspect.isfunction(value):
            doc = inspect.getdoc(value)
            assert "Parameters" in doc, name
            assert "Examples" in doc, name


def test_the_page_of_the_library_says_every_column_in_words():
    from gridplan.outputs.pages.library_page import PAGE, column_word, with_tables

    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page, "run make docs"
    for frame, columns in FRAMES.items():
        for column in columns:
            for lang in ("zh", "en"):
                told = column_word(frame, column, lang)
                assert told != column
                assert lang != "zh" or re.search("[\u4e00-\u9fff]", told)
