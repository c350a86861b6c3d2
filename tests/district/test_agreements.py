"""groups.toml: read by id or name, refused with the nearest names."""

import pandas as pd
import pytest

from gridplan.district.agreements import Alliance, NamedGroup, Wish, read_agreements
from gridplan.district.files.intake import Intake
from gridplan.errors import InputError, Problem

HOSPITALS = pd.DataFrame(
    {"name": ["区人民医院", "区中医院", "市级机关医院"]}, index=pd.Index(["h1", "h2", "h3"])
)
CENTERS = pd.DataFrame({"name": ["东街中心", "西街中心", "c1"]}, index=pd.Index(["c1", "c2", "c3"]))
HEAD = 'label = "real"\nsource = "one line"\n'
GROUP = '[[groups]]\nname_zh = "集团"\nlead = "h1"\n'


def read(folder, text):
    (folder / "groups.toml").write_text(text, encoding="utf-8")
    intake = Intake()
    return read_agreements(folder, HOSPITALS, CENTERS, intake), intake.problems


def codes(folder, text):
    return [problem.code for problem in read(folder, text)[1]]


def test_no_file_means_no_agreements(tmp_path):
    agreements = read_agreements(tmp_path, HOSPITALS, CENTERS, Intake())
    assert not agreements
    assert agreements.sha256 == ""


def test_ids_and_names_both_do_and_an_id_wins(tmp_path):
    agreements, problems = read(
        tmp_path,
        HEAD
        + '[[groups]]\nname_zh = "甲集团"\nlead = "区人民医院"\nmembers = ["c1", "西街中心"]\n'
        + 'supported = ["c3"]\n[[alliances]]\nname_en = "B"\nlead = "h3"\nmembers = ["h2"]\n'
        + '[[wishes]]\ninstitution = "西街中心"\nlead = "h2"\nnote = "near"\n',
    )
    assert problems == []
    assert agreements.groups == (NamedGroup("甲集团", "甲集团", "h1", ("c1", "c2"), ("c3",)),)
    assert agreements.alliances == (Alliance("B", "B", "h3", ("h2",)),)
    assert agreements.wishes == (Wish("c2", "h2", "near"),)
    assert len(agreements.sha256) == 64


def test_unknown_institution_is_named_with_the_nearest(tmp_path):
    (problem,) = read(tmp_path, HEAD + GROUP + 'members = ["东街中芯"]\n')[1]
    assert problem.code == "groups-unknown"
    assert problem.values["nearest"] == ["东街中心"]
    with pytest.raises(InputError, match="did you mean '东街中心'"):
        raise InputError([problem])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + GROUP.replace("h1", "c1"), ["groups-no-hospital"]),
        (HEAD + GROUP.replace("lead", "leed"), ["unknown-key", "missing-key"]),
        (HEAD + GROUP.replace('name_zh = "集团"\n', ""), ["missing-key"]),
        (HEAD + GROUP + 'members = "c1"\n', ["groups-not-list"]),
        (HEAD + GROUP + 'members = ["c1", "c1"]\n', ["groups-twice"]),
        (HEAD + GROUP + 'members = ["c1"]\nsupported = ["c1"]\n', ["groups-twice"]),
        (HEAD + GROUP + GROUP.replace("groups", "alliances"), ["groups-twice"]),
        (HEAD + GROUP + "members = [3]\n", ["key-not-text"]),
        (HEAD + '[groups]\nlead = "h1"\n', ["key-not-table"]),
        (HEAD + '[[wishes]]\ninstitution = "c1"\n', ["missing-key"]),
        (HEAD + 2 * '[[wishes]]\ninstitution = "c1"\nlead = "h1"\n', ["wish-twice"]),
        (HEAD + "grups = 1\n", ["unknown-key"]),
        ('source = "x"\n', ["unknown-label"]),
        ('label = "real"\n', ["missing-key"]),
        ("label = \n", ["groups-not-toml"]),
    ],
)
def test_each_mistake_has_its_own_problem(tmp_path, text, expected):
    problems = read(tmp_path, text)[1]
    assert [problem.code for problem in problems] == expected
    for problem in problems:
        assert isinstance(problem, Problem)
        assert str(InputError([problem]))


def test_all_problems_come_at_once(tmp_path):
    text = HEAD + GROUP + 'members = ["no", "nein"]\n' + GROUP.replace("h1", "h9")
    assert codes(tmp_path, text) == ["groups-unknown", "groups-unknown", "groups-no-hospital"]
