"""The database: what GDAL reads back from it, in Chinese and in English."""

import openpyxl
import pyogrio
import pytest

from gridplan.errors import InputError
from gridplan.outputs.database.fields import field_names
from gridplan.outputs.database.layers import layers_of, tables_of
from gridplan.outputs.database.write import systems, write_database
from gridplan.outputs.disk.whole_folder import files_in, write_folder
from gridplan.outputs.office.worded import Worded
from gridplan.text import catalogue


@pytest.fixture(scope="module", params=["zh", "en"])
def written(request, plan, tmp_path_factory):
    told = Worded(plan, request.param)
    folder = tmp_path_factory.mktemp("database") / "out"
    write_folder(folder, lambda fresh: write_database(told, fresh))
    return told, folder


def test_every_file_holds_every_row_in_its_system(written):
    told, folder = written
    expected = {**layers_of(told), **tables_of(told)}
    files = [*folder.glob("*.gdb"), *folder.glob("*.gpkg")]
    assert len(files) == 3
    for file in files:
        names = [name for name, _ in pyogrio.list_layers(file)]
        assert len(names) == len(expected)
        for name, frame in zip(names, expected.values(), strict=True):
            info = pyogrio.read_info(file, layer=name)
            assert info["features"] == len(frame)
            ends = list(systems(told))
            wanted = ends[0] if file.stem.endswith(ends[0]) else ends[1]
            assert info["crs"] in (None, f"EPSG:{wanted}")


def test_fields_are_chinese_where_the_bureau_reads_chinese(written):
    told, folder = written
    file = next(folder.glob("*_4490.gdb"))
    layer, column = ("医疗集团网格", "四至") if told.lang == "zh" else ("grids", "reach")
    made = pyogrio.read_dataframe(file, layer=layer)
    assert all(text for text in made[column])
    assert made.crs.to_epsg() == 4490
    if told.lang == "zh":
        left = [name for name in made.columns if name.isascii() and name != "geometry"]
        assert not left


def test_no_field_lacks_its_word(plan):
    for lang in ("zh", "en"):
        told = Worded(plan, lang)
        known = catalogue(lang)
        for frame in {**layers_of(told), **tables_of(told)}.values():
            for column in frame.columns:
                assert column == "geometry" or f"outputs.column-{column.replace('_', '-')}" in known


def test_field_names_are_fit_and_differ():
    columns = ["population_65", "deviation", "name", "grid", "grids", "mean_minutes_to_lead"]
    names = field_names(columns, "zh")
    assert len(set(names.values())) == len(columns)
    assert names["grid"] != names["grids"]
    assert not any(name[0].isdigit() or "（" in name for name in names.values())
    assert field_names(columns, "en") == dict(zip(columns, columns, strict=True))


def test_the_dictionary_explains_every_field(written):
    _, folder = written
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")), read_only=True)
    layers, fields, codes = (list(sheet.values) for sheet in book.worksheets)
    assert len(layers) > 5
    assert len(fields) > 50
    assert len(codes) > 5
    assert all(row[3] for row in fields)


def test_what_is_not_ours_is_not_replaced(tmp_path):
    def fill(fresh):
        (fresh / "inner").mkdir()
        (fresh / "inner" / "a.txt").write_text("a", encoding="utf-8")

    out = tmp_path / "out"
    write_folder(out, fill)
    write_folder(out, fill)  # as it was written: replaced
    assert [path.name for path in files_in(out)] == ["a.txt"]
    (out / "inner" / "a.txt").write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.txt"):
        write_folder(out, fill)
    assert (out / "inner" / "a.txt").read_text(encoding="utf-8") == "changed"
    assert not list(tmp_path.glob(".gridplan-*"))
