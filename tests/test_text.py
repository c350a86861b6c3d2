"""Both languages say the same things with the same placeholders."""

import re
from pathlib import Path
from string import Formatter

import pytest

from gridplan.errors import InputError, Problem
from gridplan.text import LANGUAGES, catalogue, say

ROOT = Path(__file__).parents[1]


def placeholders(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_languages_have_the_same_keys():
    zh, en = (set(catalogue(lang)) for lang in LANGUAGES)
    assert zh == en


def test_languages_have_the_same_placeholders():
    zh, en = (catalogue(lang) for lang in LANGUAGES)
    differing = {key for key in zh if placeholders(zh[key]) != placeholders(en[key])}
    assert not differing


def test_every_problem_raised_in_the_code_has_a_sentence():
    codes = set()
    for path in (ROOT / "gridplan").rglob("*.py"):
        codes |= set(re.findall(r'Problem\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert len(codes) > 20
    missing = {code for code in codes if f"problems.{code}" not in catalogue("zh")}
    assert not missing


def test_every_sentence_of_problems_is_used():
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "gridplan").rglob("*.py"))
    unused = [
        key
        for key in catalogue("en")
        if key.startswith("problems.")
        and not key.startswith("problems.siting-")
        and f'"{key.removeprefix("problems.")}"' not in source
    ]
    assert not unused


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="use one of zh, en"):
        catalogue("fr")


def test_lists_are_joined_in_the_language_own_way():
    values = {"names": ["甲", "乙"]}
    assert "甲、乙" in say("problems.lead-not-eligible", "zh", **values)
    assert "甲, 乙" in say("problems.lead-not-eligible", "en", **values)


def test_an_error_says_all_its_problems():
    error = InputError([Problem("scenario-missing", {"file": f}) for f in ("a.toml", "b.toml")])
    assert "a.toml" in str(error)
    assert "b.toml" in str(error)
    assert error.text("zh").count("\n") == 1


# A sentence may quote code between signs of its own: `key`, "EPSG:4490", ["c01", "c02"].
QUOTED = re.compile(r'`[^`]*`|"[^"]*"|\["[^\]]*\]')
CHINESE = r"[\u4e00-\u9fff。，、；：？！）》”}]"


def half_width(sentence):
    """Find half-width punctuation after a Chinese character or a placeholder, or before one."""
    bare = QUOTED.sub("“”", sentence)
    after = re.findall(rf"{CHINESE}[,:;!?(](?! ?\{{)", bare)
    return [*after, *re.findall(r"[,:;!?(][\u4e00-\u9fff]", bare)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("图层 {layer}:缺少", True),
        ("图层（{file}），共 {count} 行。", False),
        ("列 {column}(第 {row} 行)", True),
        ("请写 `a = 1, b`(或 EPSG:4490、lon(x))。", True),
        ("请写 `人口, b`（或 EPSG:4490、lon(x)），坐标 {x}, {y}。", False),
    ],
)
def test_half_width_punctuation_is_found(sentence, found):
    assert bool(half_width(sentence)) == found


def test_chinese_has_full_width_punctuation():
    odd = {key: half_width(sentence) for key, sentence in catalogue("zh").items()}
    assert not {key: found for key, found in odd.items() if found}


def test_a_district_folder_has_one_name():
    other = re.compile("区域文件夹|(?<!辖)区文件夹")
    assert not [key for key, sentence in catalogue("zh").items() if other.search(sentence)]
