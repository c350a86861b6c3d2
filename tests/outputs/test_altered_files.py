"""One file of a plan altered: each alteration is caught and named by its kind, or listed."""

import shutil

import altered
import pytest

from gridplan.audit.differences.difference import Check
from gridplan.audit.files.files import (
    geojson_compared,
    json_compared,
    language_of,
    map_compared,
    workbook_compared,
    write_again,
)
from gridplan.audit.files.folder import folder_compared
from gridplan.audit.files.geopackage import geopackage_compared
from gridplan.audit.verification import Verification
from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def sound(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("altered") / "tiny")
    scenario = Scenario(grids=2, center_lower=10_000, center_upper=20_000, work_limit=0.2)
    out = tmp_path_factory.mktemp("sound") / "out"
    write_plan(make_plan(read_district(folder), scenario), out, lang="zh")
    return out


@pytest.fixture(scope="module")
def read(sound):
    return read_written(sound)


@pytest.fixture(scope="module")
def fresh(read, sound, tmp_path_factory):
    fresh = tmp_path_factory.mktemp("fresh")
    write_again(read, fresh, lang=language_of(sound))
    return fresh


@pytest.fixture
def looked_at(sound, read, fresh, tmp_path):
    """Alter a copy, and look at the files that changed as the audit does."""

    def look(alter):
        copy = shutil.copytree(sound, tmp_path / "out")
        alter(copy)
        checks = [
            check
            for path in sorted(copy.iterdir())
            if (sound / path.name).exists() and path.is_file()
            if path.read_bytes() != (sound / path.name).read_bytes()
            for check in _of_file(path, read, fresh)
        ]
        touched = {e.file for check in checks for e in (*check.differences, *check.asides)}
        checks.append(folder_compared(copy, frozenset(touched)))
        return Verification(copy, tuple(checks))

    return look


def _of_file(path, read, fresh):
    if path.name == "plan.json":
        return [json_compared(read, path)]
    if path.suffix == ".geojson":
        return [geojson_compared(path, fresh / path.name)]
    if path.name == "plan.gpkg":
        return [geopackage_compared(path, fresh / path.name)]
    if path.name == "plan.xlsx":
        return [workbook_compared(path, fresh / path.name)]
    if path.name == "map.html":
        return map_compared(read, path.parent)
    return [Check("folder", 0, ())]


def test_files_made_again_are_the_same_bytes(sound, fresh):
    for path in fresh.iterdir():
        assert path.read_bytes() == (sound / path.name).read_bytes()


@pytest.mark.parametrize("name", altered.CAUGHT)
def test_an_alteration_is_named_by_its_kind(name, looked_at):
    alter, kind = altered.CAUGHT[name]
    found = looked_at(alter)
    assert kind in found.kinds
    assert not found.sound
    for lang in ("zh", "en"):
        assert found.text(lang)


@pytest.mark.parametrize("name", altered.ASIDE)
def test_what_is_no_part_of_the_result_is_listed(name, looked_at):
    alter, what = altered.ASIDE[name]
    found = looked_at(alter)
    assert found.differences == ()
    for lang, title in (("zh", "不属于成果"), ("en", "Not part of the result")):
        assert title in found.text(lang)
        assert any(
            what in line for line in found.text(lang).splitlines() if line.startswith("  · ")
        )


def test_the_whole_audit_names_and_lists_them_too(sound, tmp_path):
    copy = shutil.copytree(sound, tmp_path / "out")
    names = ("geojson-twice", "gpkg-view", "xlsx-hidden-sheet", "json-key-twice", "map-script")
    for name in names:
        altered.CAUGHT[name][0](copy)
    altered.ASIDE["extra-file"][0](copy)
    found = verify(copy)
    assert {"duplicate", "program", "hidden", "map"} <= set(found.kinds)
    assert "notes.txt" in found.text("zh")
    assert "重复条目" in found.text("zh")
