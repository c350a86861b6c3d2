"""The library as a notebook meets it: names, arguments as people give them, values that show."""

import dataclasses
import importlib
import inspect
import pickle
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hostile import odd_scenarios

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.planning.scenario.derived import derived_scenario
from gridplan.planning.scenario.file import default_scenario

KEYS = [key.name for key in dataclasses.fields(gp.Scenario)]
OWN = """\
[source]
title_zh = "本区规定"
title_en = "Our rule"
issuer_zh = "本区"
issuer_en = "Ours"
date = "2025"

[[rules]]
id = "own-centers"
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
"""
SMALL = {"grids": 2, "centers": 2, "work_limit": 0.05}
JUNK = (None, 5, 0.5, True, b"x", "a\0b", "x" * 5000, [], {}, object(), float, np.zeros(3), "/")


@pytest.fixture(scope="module")
def planned(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("api") / "tiny")
    return gp.plan(gp.read_district(folder), gp.Scenario(**SMALL))


def test_dir_lists_the_public_names():
    fresh = importlib.reload(importlib.import_module("gridplan"))
    assert set(dir(fresh)) == set(fresh.__all__)
    assert all(getattr(gp, name) is not None for name in dir(gp))


@pytest.mark.parametrize(
    "given",
    [["b", "a"], ("b", "a"), {"b": 1, "a": 2}.keys(), pd.Index(["b", "a"]), np.array(["b", "a"])],
    ids=lambda given: type(given).__name__,
)
def test_several_are_given_as_any_list_and_kept_as_a_tuple(given):
    scenario = gp.Scenario(close=given, grid_leads=given)
    assert scenario.close == scenario.grid_leads == ("b", "a")
    assert scenario == gp.Scenario(close=("b", "a"), grid_leads=("b", "a"))
    assert hash(scenario) == hash(pickle.loads(pickle.dumps(scenario)))


def test_sets_are_put_in_order_and_text_is_no_list():
    assert gp.Scenario(close={"b", "c", "a"}).close == ("a", "b", "c")
    for wrong in ("c1", {"c1": 2}, [1], [["c1"]], iter(["c1"])):
        with pytest.raises(gp.InputError, match="close"):
            gp.Scenario(close=wrong)


def test_numbers_of_numpy_are_numbers():
    scenario = gp.Scenario(grids=np.int64(3), centers=40.0, grid_tolerance=np.float32(0.5))
    assert [type(v) for v in (scenario.grids, scenario.centers)] == [int, int]
    assert scenario == gp.Scenario(grids=3, centers=40, grid_tolerance=0.5)


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(gp.InputError, match="did you mean 'center_upper'"):
        gp.Scenario(centre_upper=3)
    with pytest.raises(gp.InputError, match="did you mean 'grids'"):
        dataclasses.replace(gp.Scenario(), grid=3)


def test_no_value_of_500_breaks_a_scenario():
    taken = 0
    for values in odd_scenarios(seed=16, count=500, keys=KEYS):
        try:
            scenario = gp.Scenario(**values)
        except gp.InputError as error:
            told = [error.text(lang) for lang in ("zh", "en")]
            assert all(len(text.encode()) < 5000 for text in told)
            continue
        taken += 1
        assert repr(scenario).count("\n") < 10
        assert gp.Scenario(**scenario.as_dict()) == scenario
    assert 10 < taken < 400


def test_a_path_is_read_and_the_folder_brings_its_scenario(tiny_folder):
    lines = [f"{key} = {value}" for key, value in SMALL.items()]
    (tiny_folder / "scenario.toml").write_text("\n".join(lines), encoding="utf-8")
    by_path = gp.plan(str(tiny_folder))
    assert default_scenario(tiny_folder) == gp.Scenario(**SMALL)
    placed = ("national-trial-2023", "living-circle")  # what speaks to the code of the folder
    assert by_path.scenario == gp.Scenario(**SMALL, profiles=placed)
    by_value = gp.plan(gp.read_district(tiny_folder))
    by_file = gp.plan(tiny_folder, tiny_folder / "scenario.toml")
    for other in (by_value, by_file):
        assert other.scenario == by_path.scenario
        assert other.layout.units["center"].equals(by_path.layout.units["center"])


def test_a_key_of_an_earlier_name_is_read_with_a_warning(tiny_folder):
    file = tiny_folder / "scenario.toml"
    file.write_text("regional_street_population = 90000\n", encoding="utf-8")
    with pytest.warns(FutureWarning, match="is now called 'regional_subdistrict_population'"):
        assert gp.read_scenario(file).regional_subdistrict_population == 90_000


def test_without_a_scenario_of_its_own_a_folder_is_planned_by_what_fits_it(
    tiny_folder, monkeypatch
):
    def asked(_district, scenario, **_options):
        raise LookupError(scenario)

    monkeypatch.setattr("gridplan.api.plans.make_plan", asked)
    with pytest.raises(LookupError) as caught:
        gp.plan(tiny_folder)
    assert caught.value.args == (derived_scenario(gp.read_district(tiny_folder)),)


@pytest.mark.parametrize("step", [gp.read_district, gp.plan, gp.read_scenario, gp.compare])
@pytest.mark.parametrize("junk", JUNK, ids=[type(j).__name__ + str(i) for i, j in enumerate(JUNK)])
def test_junk_is_answered_in_words(step, junk):
    with pytest.raises(gp.InputError) as caught:
        step(junk)
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.parametrize("count", [-1, "2", 1.5, None, True])
def test_a_count_of_alternatives_is_a_whole_number(tiny_folder, count):
    with pytest.raises(gp.InputError, match="alternatives"):
        gp.plan(tiny_folder, gp.Scenario(**SMALL), alternatives=count)


def test_every_value_shows_itself_in_under_ten_lines(planned):
    for value in (planned, planned.district, planned.layout, planned.scenario):
        assert 1 < repr(value).count("\n") < 9
        assert max(map(len, repr(value).splitlines())) < 140
    assert "60,000" in repr(planned.district)
    assert "2 units" not in repr(planned.district)
    assert "24 units" in repr(planned.district)


class Tags(HTMLParser):
    """The tags and the text of a page, as a browser finds them."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        assert set(given) <= ({"src", "alt"} if tag == "img" else {"class", "style"})
        if tag == "img":
            assert given["src"].startswith("data:image/png;base64,")

    def handle_data(self, data):
        self.text += data


HOSTILE = "<img src=x onerror=alert(1)>\x1b[2J\u202e{{7*7}}${1}`$x$\\(y\\)</td><script>"


def test_what_a_notebook_shows_is_inert(planned):
    district = dataclasses.replace(planned.district, name_zh=HOSTILE, name_en=HOSTILE)
    scenario = dataclasses.replace(planned.scenario, name_zh=HOSTILE, close=(HOSTILE,))
    layout = dataclasses.replace(planned.layout, district=district)
    other = dataclasses.replace(planned, district=district, scenario=scenario)
    for value in (district, scenario, layout, other):
        page = value._repr_html_()
        read = Tags()
        read.feed(page)
        assert read.tags - {"div", "img"} == {"table", "caption", "tr", "th", "td"}
        assert ("img" in read.tags) == isinstance(value, gp.Plan)
        assert "onerror" in read.text  # shown, not run
        assert not set("${}`\\\x1b\u202e") & set(page)
        assert "\x1b" not in repr(value)
        assert repr(value).count("\n") < 9


def test_own_rules_may_lie_anywhere_but_only_if_named_in_person(tiny_folder, tmp_path):
    outside = tmp_path / "ours.toml"
    outside.write_text(OWN, encoding="utf-8")
    scenario = gp.Scenario(**SMALL)
    plan = gp.plan(tiny_folder, scenario, own_profiles=[outside])
    assert plan.scenario.profile_files == ("ours.toml",)
    assert "own-centers" in set(plan.findings["rule"])
    assert [file.file for file in plan.policy_files] == ["ours.toml"]
    out = tmp_path / "out"
    plan.write(out, lang="en")
    assert verify(out, district=tiny_folder, own_profiles=[outside]).sound
    differing = verify(out, district=tiny_folder).differences
    assert {difference.file for difference in differing} == {"ours.toml"}
    (tmp_path / "other").mkdir()
    with pytest.raises(gp.InputError, match="Rename one"):
        gp.plan(tiny_folder, scenario, own_profiles=[outside, tmp_path / "other" / "ours.toml"])
    for name in (str(outside), "../ours.toml"):
        with pytest.raises(gp.InputError, match="--profile-file"):
            gp.plan(tiny_folder, dataclasses.replace(scenario, profile_files=(name,)))


def test_signatures_name_what_may_be_given():
    assert inspect.signature(gp.plan).parameters["scenario"].default is None
