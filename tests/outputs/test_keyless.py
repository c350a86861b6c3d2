"""Keys of files give way to words; what is no key stays."""

import pytest

from gridplan.outputs.words.keyless import keyless


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("或由 continuing_care 列注明", "或由“是否提供接续性医疗服务”列注明"),
        ("按 center_lower 计", "按“服务人口下限”计"),
        ("列入 outside_centers 时", "列入“邻区社康中心”时"),
        ("没有键，也没有 no_such_key 的词", "没有键，也没有 no_such_key 的词"),
        ("1,095,289 人", "1,095,289 人"),
    ],
)
def test_keys_are_told_in_words(text, wanted):
    assert keyless(text, "zh") == wanted


def test_every_language_has_words_for_the_same_keys():
    for key in ("continuing_care", "center_lower", "outside_centers"):
        for lang in ("zh", "en"):
            assert key not in keyless(f"x {key} y", lang)
