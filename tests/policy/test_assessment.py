"""A planner's answers are read whole, or everything wrong with them is told."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.policy.assessment import (
    ANSWERS,
    Answer,
    assessment_toml,
    blank_assessment,
    check_named,
    parse_assessment,
    read_assessment,
)
from gridplan.policy.profile import profile_names, read_profile

RULES = [rule for name in profile_names() for rule in read_profile(name)]
SOUND = """\
[national-trial-2023.criterion-02]
answer = "yes"
evidence = "章程 2023-05-01"
date = "2023-06-01"

[national-trial-2023.criterion-03]
answer = "partly"
date = 2023-06-02
"""


def write(folder, text):
    (folder / "assessment.toml").write_text(text, encoding="utf-8")
    return folder


def test_answers_are_read(tmp_path):
    found = read_assessment(write(tmp_path, SOUND))
    assert found == {
        "national-trial-2023/criterion-02": Answer(
            answer="yes", evidence="章程 2023-05-01", date="2023-06-01"
        ),
        "national-trial-2023/criterion-03": Answer(answer="partly", date="2023-06-02"),
    }
    check_named(found, RULES)


def test_a_district_without_the_file_has_no_answers(tmp_path):
    assert read_assessment(tmp_path) == {}
    assert read_assessment(None) == {}


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ('answer = "maybe"', "line 2, national-trial-2023/criterion-02: the value maybe"),
        ('answer = ["yes"]', "line 2.*the value .'yes'. of key"),
        ("answer = true", "line 2, national-trial-2023/criterion-02: the value True"),
        ('answr = "yes"', "line 2.*unknown key 'answr'; did you mean 'answer'"),
        ('answer = "no"\ndate = "June"', "line 3.*June is no date"),
        ('answer = "no"\ndate = 3', "line 3.*3 is no date"),
        ('answer = "no"\nevidence = 1', "line 3.*is not text"),
        ('evidence = "x"', "line 1.*the value – of key 'answer'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path, line, match):
    with pytest.raises(InputError, match=match):
        read_assessment(write(tmp_path, f"[national-trial-2023.criterion-02]\n{line}\n"))


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
NAMES = st.builds("{}/{}".format, TEXT.filter(lambda t: "/" not in t), TEXT)
GIVEN = st.builds(
    Answer,
    answer=st.sampled_from(sorted(ANSWERS)),
    evidence=TEXT,
    date=st.one_of(st.just(""), st.dates().map(str)),
)


@given(st.dictionaries(NAMES, GIVEN, max_size=5))
def test_answers_written_are_read_back_whatever_they_hold(answers):
    assert parse_assessment(assessment_toml(answers).encode(), name="x") == answers


FRAGMENTS = st.sampled_from(
    [
        "[a.b]",
        "[a]",
        "answer",
        "=",
        '"yes"',
        "[]",
        "{}",
        "date",
        "1979-05-27",
        "\n",
        "'",
        "\ufeff",
        ".",
    ]
)


@given(st.one_of(st.binary(max_size=60), st.lists(FRAGMENTS).map("".join).map(str.encode)))
def test_whatever_is_uploaded_is_read_or_told(content):
    told = ""
    try:
        parse_assessment(content, name="x.toml")
    except InputError as error:
        told = error.text("zh") + error.text("en")
    assert "{" not in told or b"{" in content


@pytest.mark.parametrize("content", [b"[" * 5000, b"a=" + b"[" * 5000, b"a = [1]\n[a.b]"])
def test_nesting_without_end_is_told(content):
    with pytest.raises(InputError, match=r"x\.toml is not TOML"):
        parse_assessment(content, name="x.toml")


def test_a_file_of_another_form_is_told(tmp_path):
    with pytest.raises(InputError, match="line 1: 'answers' is no table of rules"):
        read_assessment(write(tmp_path, "answers = 3\n"))
    with pytest.raises(InputError, match="is not TOML"):
        read_assessment(write(tmp_path, "answers = \n"))


def test_an_answer_must_be_to_a_rule_that_asks_for_one():
    answer = Answer(answer="yes")
    with pytest.raises(InputError, match="Did you mean national-trial-2023/criterion-05"):
        check_named({"national-trial-2023/criterion-05x": answer}, RULES)
    with pytest.raises(InputError, match="is computed from the plan"):
        check_named({"national-trial-2023/coverage": answer}, RULES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_blank_form_answers_nothing_and_asks_everything(tmp_path, lang):
    rules = read_profile("national-trial-2023")
    blank = blank_assessment(rules, lang=lang)
    assert tomllib.loads(blank) == {}
    for rule in rules:
        assert (f"[{rule.profile}.{rule.id}]" in blank) == (not rule.measure)
    filled = "\n".join(
        line.removeprefix("# ").replace('answer = ""', 'answer = "no"')
        for line in blank.splitlines()
        if line.startswith(("# [", "# answer", "# evidence", "# date"))
    )
    found = read_assessment(write(tmp_path, filled))
    assert len(found) == sum(not rule.measure for rule in rules)
    check_named(found, rules)
