"""Profiles keep their schema, quote their documents, and pass or fail at their bounds."""

import re
from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.planning.checks.checks import SUBJECTS_OF
from gridplan.planning.measures import MEASURES
from gridplan.policy.profile import profile_names, read_profile, read_profile_file, rules_from

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seeds"
DOCUMENTS = {
    "shenzhen-group-2023": "000",
    "guangming-1n-2023": "001",
    "national-trial-2023": "002",
    "zhangdian-2019": "003",
    "guangdong-county-2022": "004",
}
SOURCE = dict.fromkeys(("title_zh", "title_en", "issuer_zh", "issuer_en", "date"), "x")
RULE = {
    "id": "r",
    "level": "must",
    "measure": "centers",
    "subject": "district",
    "unit": "count",
    "title_zh": "x",
    "title_en": "x",
    "clause": "x",
    "clause_en": "x",
    "section": "x",
}


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_sound(name):
    for rule in read_profile(name):
        assert rule.profile == name
        assert rule.verbatim or name == "living-circle"
        if not rule.measure:
            assert rule.subject == "district"
            assert (rule.lower, rule.upper, rule.unit) == (None, None, "")
            continue
        measure = MEASURES[rule.measure]
        assert rule.subject in measure.subjects, rule.id
        assert rule.unit
        assert bool(rule.parameters) == bool(measure.parameters), rule.id
        assert len(rule.parameters) == len(measure.parameters) or rule.id == "center-grade"
        bound = rule.lower is not None or rule.upper is not None
        assert bound or rule.level == "information", rule.id


def test_no_two_profiles_share_the_id_of_a_rule():
    ids = [rule.id for name in profile_names() for rule in read_profile(name)]
    assert len(set(ids)) == len(ids)


def test_each_document_has_its_profile():
    assert set(profile_names()) == {*DOCUMENTS, "living-circle"}


def test_the_fifteen_criteria_stand_in_order():
    rules = [r for r in read_profile("national-trial-2023") if r.id.startswith("criterion-")]
    assert [rule.id for rule in rules] == [f"criterion-{n:02}" for n in range(1, 16)]
    assert [rule.section for rule in rules] == [f"评判标准第{n}条" for n in range(1, 16)]
    assert [rule.number for rule in rules] == list(range(1, 16))
    files = list(SEEDS.glob("002_*.txt"))
    if not files:
        pytest.skip("the policy documents (../shared/seeds) are not there")
    text = re.sub(r"\s+", "", files[0].read_text(encoding="utf-8"))
    places = [text.index(re.sub(r"\s+", "", rule.clause)) for rule in rules]
    assert places == sorted(places)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_verbatim_clause_stands_in_its_document(name):
    files = list(SEEDS.glob(f"{DOCUMENTS[name]}_*.txt"))
    if not files:
        pytest.skip("the policy documents (../shared/seeds) are not there")
    text = re.sub(r"\s+", "", files[0].read_text(encoding="utf-8"))
    quoted = [rule for rule in read_profile(name) if rule.verbatim]
    assert quoted
    missing = [rule.id for rule in quoted if re.sub(r"\s+", "", rule.clause) not in text]
    assert not missing


@pytest.mark.parametrize(
    ("lower", "upper", "value", "passed"),
    [
        (1, 2, 0, False),
        (1, 2, 1, True),
        (1, 2, 2, True),
        (1, 2, 3, False),
        (1, None, 9, True),
        (None, 5, 6, False),
        (1, 2, None, None),
    ],
)
def test_bounds_are_allowed_values(lower, upper, value, passed):
    bounds = {k: v for k, v in (("lower", lower), ("upper", upper)) if v is not None}
    (rule,) = rules_from({"source": SOURCE, "rules": [RULE | bounds]}, profile="p")
    assert rule.passes(value) is passed


def test_an_unknown_profile_is_named_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'living-circle'"):
        read_profile("living-circles")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"lowr": 1}, "rule r: unknown key 'lowr'"),
        ({"profile": "x"}, "rule r: unknown key 'profile'"),
        ({"lower": "one"}, "rule r: the value one of key 'lower'"),
        ({"lower": True}, "rule r: the value True of key 'lower'"),
        ({"level": "shall"}, "rule r: 'shall' is not valid for key 'level'"),
        ({"unit": None}, "key 'unit'"),
        ({"unit": ""}, "key 'unit' is missing"),
        ({"parameters": ["a"]}, "key 'parameters'"),
        ({"verbatim": "no"}, "key 'verbatim'"),
        ({"lower": 3, "upper": 2}, "lower = 3 is above upper = 2"),
        ({"measure": "center"}, "'center' is not valid for key 'measure'; use one of centers"),
        ({"subject": "grid"}, "'grid' is not valid for key 'subject'; use one of district"),
    ],
)
def test_a_rule_that_breaks_the_schema_is_named(change, match):
    with pytest.raises(InputError, match=match):
        rules_from(
            {"source": SOURCE, "rules": [RULE | change]}, profile="p", subjects_of=SUBJECTS_OF
        )


@pytest.mark.parametrize(
    ("table", "match"),
    [
        ({"rules": [RULE]}, r"\[source\]"),
        ({"source": SOURCE}, r"\[\[rules\]\]"),
        ({"source": SOURCE, "rules": [1]}, r"\[\[rules\]\]"),
        ({"source": SOURCE, "rules": [RULE], "rule": []}, "unknown key 'rule'"),
        ({"source": SOURCE | {"url": "x"}, "rules": [RULE]}, "unknown key 'url'"),
        ({"source": SOURCE, "rules": [RULE, RULE]}, "already a rule r"),
    ],
)
def test_a_profile_that_breaks_the_schema_is_told(table, match):
    with pytest.raises(InputError, match=match):
        rules_from(table, profile="p")


def test_what_is_missing_is_named():
    rule = {key: value for key, value in RULE.items() if key != "clause"}
    with pytest.raises(InputError, match="key 'clause' is missing"):
        rules_from({"source": SOURCE, "rules": [rule]}, profile="p")


OWN = """\
# a profile of one's own
[source]
title_zh = "本区规定"
title_en = "Our rule"
issuer_zh = "本区"
issuer_en = "Ours"
date = "2025"

[[rules]]
id = "own-first"
level = "target"
measure = "centers"
subject = "district"
unit = "count"
lower = 3
title_zh = "至少3家"
title_en = "At least 3"
clause = "至少3家"
clause_en = "At least 3."
section = ""

[[rules]]
id = "own-second"
level = "shall"
measure = "centres"
subject = "district"
unit = "count"
upper = "ten"
title_zh = "至多10家"
title_en = "At most 10"
clause = "至多10家"
clause_en = "At most 10."
section = ""
wrong = 1
"""


def test_a_profile_of_ones_own_is_checked_with_line_and_key(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_profile_file(path, subjects_of=SUBJECTS_OF)
    told = str(error.value)
    for line, key in ((24, "level"), (25, "measure"), (28, "upper"), (34, "wrong")):
        assert re.search(rf"mine, line {line}, rule own-second: .*'{key}'", told), (line, told)
    assert len(error.value.problems) == 4


def test_a_sound_profile_of_ones_own_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN.split('\n[[rules]]\nid = "own-second"', maxsplit=1)[0], encoding="utf-8")
    (rule,) = read_profile_file(path, subjects_of=SUBJECTS_OF)
    assert (rule.key, rule.lower, rule.official_lower) == ("mine/own-first", 3, 3)


def test_a_profile_file_must_be_there_be_toml_and_have_a_name_of_its_own(tmp_path):
    with pytest.raises(InputError, match="was not found"):
        read_profile_file(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[source\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        read_profile_file(broken)
    taken = tmp_path / "living-circle.toml"
    taken.write_text(OWN, encoding="utf-8")
    with pytest.raises(InputError, match="name of a bundled one"):
        read_profile_file(taken)
