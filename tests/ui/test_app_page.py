"""The page driven without a browser: choices, mistakes, a run, both languages."""

import shutil
import time
from pathlib import Path

import pytest
from turning import go

from gridplan.text import LANGUAGES, say

ROOT = Path(__file__).parents[2]


def field(at, key):
    for kind in ("number_input", "selectbox", "multiselect"):
        for found in at.get(kind):
            if found.key == f"scenario-{key}":
                return found
    raise KeyError(key)


def said(at):
    kinds = ("title", "markdown", "caption", "text", "error", "warning", "info")
    return "\n".join(str(found.value) for kind in kinds for found in at.get(kind))


def plain(at):
    """What is said, with character references read as a browser reads them."""
    import html

    return html.unescape(said(at)).replace("\u2060", "")


def wait(at, seconds=60):
    """Run the page until no run is under way."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        at.run()
        if not any(button.key == "cancel" for button in at.button):
            return at
        time.sleep(1.0)
    raise TimeoutError


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bundled_district_is_shown_with_labels_and_default_scenario(page, lang):
    at = page(lang)
    assert not at.exception
    assert ("小区" if lang == "zh" else "Tiny District") in at.title[0].value
    text = plain(at)
    assert "60,000" in "".join(str(metric.value) for metric in at.metric)
    text = plain(go(at, "today"))
    assert "drawn for tests" in text
    assert say("outputs.label-modelled", lang) in text
    assert say("outputs.label-real", lang) in text
    at = go(at, "")
    assert field(at, "center_lower").value == 10_000
    assert field(at, "grid_tolerance").value == 10
    assert not at.button(key="run").disabled


def test_chinese_is_the_default_and_an_unknown_language_is_ignored(page):
    assert "辖区" in page().selectbox(key="district").label
    assert "辖区" in page("fr").selectbox(key="district").label


def test_the_switch_keeps_what_was_set(page):
    at = page("zh")
    field(at, "grids").set_value(1)
    field(at, "centers").set_value(4)
    field(at, "grid_grain").set_value("community")
    field(at, "close").set_value(["c1"])
    at.run()
    at.session_state["lang"] = "en"
    at.run()
    assert at.button(key="run").label == "Plan"
    assert field(at, "grids").value == 1
    assert field(at, "centers").value == 4
    assert field(at, "grid_grain").value == "community"
    assert field(at, "close").value == ["c1"]


@pytest.mark.parametrize(
    ("lang", "sentence"), [("zh", "“服务人口下限” = 25000"), ("en", "‘Residents, min’ = 25000")]
)
def test_lower_above_upper_is_said_at_once(page, lang, sentence):
    at = page(lang)
    field(at, "center_lower").set_value(25_000)
    at.run()
    assert sentence in plain(at)
    assert at.button(key="run").disabled
    assert not at.exception


def test_all_wrong_fields_are_said_together(page):
    at = page("en")
    field(at, "center_lower").set_value(25_000)
    field(at, "regional_min").set_value(3)
    at.run()
    assert len(at.error) == 1
    assert at.error[0].value.count("\n- ") == 2


def test_the_bare_address_opens_what_was_looked_at_last(page, data, tiny_folder, workspace):
    shutil.copytree(data / "tiny", data / "town")
    assert page("zh").selectbox(key="district").value == "tiny"
    at = page("zh")
    at.selectbox(key="district").set_value("town").run()
    assert page("zh").selectbox(key="district").value == "town"
    at.selectbox(key="district").set_value("").run()
    at.text_input(key="folder").set_value(str(tiny_folder)).run()
    again = page("zh")
    assert again.selectbox(key="district").value == ""
    assert again.text_input(key="folder").value == str(tiny_folder)
    assert not again.button(key="run").disabled
    for kept in ("", "[]", '{"district": "gone", "folder": ""}', '{"district": 3}', "x" * 20_000):
        (workspace / "last.json").write_text(kept, encoding="utf-8")
        assert page("zh").selectbox(key="district").value == "tiny"


def test_a_folder_that_is_no_district_is_said(page, tmp_path):
    at = page("zh")
    at.selectbox(key="district").set_value("").run()
    assert at.button(key="run").disabled
    at.text_input(key="folder").set_value(str(tmp_path / "nowhere")).run()
    assert "nowhere" in plain(at)
    assert at.button(key="run").disabled
    assert not at.exception


def test_every_problem_of_a_folder_is_said(page, tiny_folder):
    units = tiny_folder / "units.csv"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace("2500", "-5", 1).replace("u10", "u00", 1), encoding="utf-8")
    at = page("en")
    at.selectbox(key="district").set_value("").run()
    at.text_input(key="folder").set_value(f'  "{tiny_folder}" ').run()
    assert at.error[0].value.count("\n- ") == 2
    assert not at.exception


def test_a_broken_default_scenario_is_said_and_replaced(page, data):
    (data / "tiny" / "scenario.toml").write_text("gridz = 3", encoding="utf-8")
    at = page("en")
    assert "'gridz'; did you mean 'grids'" in plain(at)
    assert field(at, "center_lower").value == 20_000
    assert not at.button(key="run").disabled


def test_a_scenario_file_fills_the_fields(page):
    at = page("en")
    at.file_uploader(key="upload").upload("mine.toml", b"grids = 1\nclose = ['c9']", "text/plain")
    at.run()
    assert field(at, "grids").value == 1
    assert field(at, "close").value == ["c9"]
    assert field(at, "center_lower").value == 20_000


def test_a_key_of_an_earlier_name_is_taken_and_said(page):
    at = page("zh")
    old = b"regional_street_population = 90000"
    at.file_uploader(key="upload").upload("mine.toml", old, "text/plain")
    at.run()
    assert field(at, "regional_subdistrict_population").value == 90_000
    assert "“regional_street_population”现名“regional_subdistrict_population”" in plain(at)
    at.file_uploader(key="upload").upload("mine.toml", b"grids = 1", "text/plain")
    at.run()
    assert "regional_street_population" not in plain(at)


def test_a_wrong_scenario_file_changes_nothing(page):
    at = page("en")
    at.file_uploader(key="upload").upload("mine.toml", b"gridz = 1", "text/plain")
    at.run()
    assert "mine.toml: there is no scenario key 'gridz'" in plain(at)
    assert field(at, "center_lower").value == 10_000
    assert not at.button(key="run").disabled


def test_demands_that_clash_are_said(page):
    at = page("en")
    field(at, "centers").set_value(66)
    at.button(key="run").click().run()
    wait(at)
    sentence = "66 centers are asked for, but there are only 20 possible sites"
    assert sentence in plain(at)
    assert not at.exception
    # Once the field says something else, the refusal is no longer about what is on the page.
    field(at, "centers").set_value(5)
    at.run()
    assert sentence not in plain(at)


def check_assessment(at):
    """An answer appears among the findings at once; a file takes the place of all answers."""
    key_of = "national-trial-2023/criterion-02"
    [answer] = [c for c in at.get("button_group") if c.key and c.key.endswith(f"answer-{key_of}")]
    [evidence] = [t for t in at.text_input if t.key.endswith(f"evidence-{key_of}")]
    answer.set_value("partly")
    evidence.set_value("<b>charter</b> **2023**")
    at.session_state["findings-filter"] = "all"
    at.run()
    assert not at.exception
    assert "**1** answered" in said(at)
    assert at.session_state["answers"][key_of].evidence == "<b>charter</b> **2023**"
    assert "Own answer: partly" in plain(at)
    upload = at.file_uploader(key="assess-upload")
    wrong = b"[national-trial-2023.coverage]\nanswer = 'yes'"
    upload.upload("wrong.toml", wrong, "text/plain").run()
    assert "is computed from the plan" in plain(at)
    assert at.session_state["answers"][key_of].answer == "partly"
    right = b"[national-trial-2023.criterion-03]\nanswer = 'no'\ndate = 1000-01-01"
    at.file_uploader(key="assess-upload").upload("right.toml", right, "text/plain").run()
    assert not at.exception
    assert list(at.session_state["answers"]) == ["national-trial-2023/criterion-03"]
    assert "Own answer: no" in plain(at)
    assert "Own answer: partly" not in plain(at)


def test_from_the_button_to_the_plan_in_both_languages(page):
    at = page("zh")
    at.button(key="run").click().run()
    assert not at.exception
    wait(at)
    assert not at.exception
    key = at.session_state["shown"]
    assert at.get("component_v2") or at.get("bidi_component")
    at = go(at, "results")
    assert len(at.get("download_button")) >= 9
    at = go(at, "groups")
    assert "西区人民医院" in str([list(frame.value.values.ravel()) for frame in at.dataframe])
    at.session_state["lang"] = "en"
    at = go(at, "results")
    assert not at.exception
    assert "Small scenario" in plain(at)
    assert key in at.query_params["plan"]
    at = go(at, "")

    field(at, "seed").set_value(7)
    at.run()
    assert "The settings have changed" in plain(at)
    assert at.session_state["shown"] == key
    field(at, "seed").set_value(1)
    at.run()
    assert "The settings have changed" not in plain(at)

    check_assessment(go(at, "policy"))
    at = go(at, "")

    # A reload finds the plan by the address, and the fields say what it was made from.
    again = page("en", plan=key)
    assert again.session_state["shown"] == key
    assert "The settings have changed" not in plain(again)


def test_cancel_stops_the_run_and_says_so(page):
    at = page("en")
    at.button(key="run").click().run()
    at.button(key="cancel").click().run()
    assert "Cancelled" in plain(at)
    assert not any(button.key == "cancel" for button in at.button)
    assert not at.button(key="run").disabled


def test_a_fault_of_the_program_is_a_sentence(page, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("gridplan.ui.page.choose_district", broken)
    at = page("zh")
    assert "程序出现意外错误" in plain(at)
    assert not at.exception


def test_nothing_of_a_district_reaches_the_page_as_markup():
    for path in sorted((ROOT / "gridplan" / "ui").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in text, path.name
        if path.name != "bound_chart.py":  # which draws numbers and words of the catalogue alone
            assert text.count("st.html(") == text.count("st.html(_ASSETS / "), path.name
        assert len(text.splitlines()) <= 250, path.name
