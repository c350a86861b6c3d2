"""What is to be planned, and everything that is wrong with it at once."""

import pytest
from stand_ins import districts

from gridplan.batch.tasks import tasks_of
from gridplan.errors import InputError


def codes(caught):
    return [(problem.code, problem.values.get("row")) for problem in caught.value.problems]


def test_all_that_is_wrong_with_a_list_is_told_at_once(tmp_path):
    good = districts(tmp_path / "a", 1)
    other = districts(tmp_path / "b", 1)
    listed = tmp_path / "list.csv"
    listed.write_text(
        "# districts\n\na/440300,光明区\nnowhere\nb/440300\na\n", encoding="utf-8-sig"
    )
    with pytest.raises(InputError) as caught:
        tasks_of(listed, [tmp_path / "none.toml"])
    assert codes(caught) == [
        ("batch-not-a-district", 4),
        ("batch-not-a-district", 6),
        ("batch-twice", None),
        ("batch-no-scenario", None),
    ]
    assert [task.key for task in tasks_of(good)] == ["440300/own"]
    assert [task.key for task in tasks_of(other / "440300")] == ["440300/own"]
    for wrong in (tmp_path / "nothing", tmp_path):
        with pytest.raises(InputError):
            tasks_of(wrong)


def test_districts_are_found_in_the_folders_of_their_cities(tmp_path):
    districts(tmp_path / "44" / "shenzhen", 2)
    (tmp_path / "44" / "shenzhen" / "440300" / "sources" / "old").mkdir(parents=True)
    inner = tmp_path / "44" / "shenzhen" / "440300" / "sources" / "old" / "district.toml"
    inner.write_text("", encoding="utf-8")
    assert [task.place for task in tasks_of(tmp_path / "44")] == ["440300", "440301"]


def test_districts_that_are_together_are_one_task_where_the_scenario_allows(tmp_path):
    districts(tmp_path / "in", 3)
    for name, text in (("open", ""), ("closed", "across_districts = 'no'\n")):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    listed = tmp_path / "list.toml"
    pair = "[[together]]\ndistricts = ['440302', 'in/440300']\n"
    listed.write_text(
        f"districts = ['in']\nscenarios = ['open.toml', 'closed.toml']\n{pair}", encoding="utf-8"
    )
    assert [task.key for task in tasks_of(listed)] == [
        "440302+440300/open",
        "440300/closed",
        "440301/open",
        "440301/closed",
        "440302/closed",
    ]
    # Those named at the command win; without any each district has its own.
    assert len(tasks_of(listed, [tmp_path / "closed.toml"])) == 3
    listed.write_text(f"districts = ['in']\n{pair}", encoding="utf-8")
    assert [task.key for task in tasks_of(listed)] == ["440302+440300/own", "440301/own"]
    (tmp_path / "in" / "440300" / "scenario.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        tasks_of(listed)
    assert codes(caught) == [("batch-together-scenario", None)]
    for file, keys in (("open", ["440302+440300/own", "440301/own"]), ("closed", None)):
        listed.write_text(f"districts = ['in']\n{pair}scenario = '{file}.toml'\n", encoding="utf-8")
        alone = ["440300/own", "440301/own", "440302/own"]
        assert [task.key for task in tasks_of(listed)] == (keys or alone)


def test_all_that_is_wrong_with_what_is_together_is_told_at_once(tmp_path):
    districts(tmp_path / "in", 3)
    listed = tmp_path / "list.toml"
    listed.write_text(
        "distrikts = 1\ndistricts = ['in', 'none']\nscenarios = 'a.toml'\n"
        "[[together]]\ndistricts = ['440300', '440301']\nscenario = 'none.toml'\n"
        "[[together]]\ndistricts = ['440301', '999999']\nscenario = 3\n"
        "[[together]]\ndistricts = ['440302']\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        tasks_of(listed)
    assert [code for code, _ in codes(caught)] == [
        "unknown-key",
        "batch-no-district",
        "batch-texts",
        "batch-no-scenario",
        "batch-together-unknown",
        "batch-together-twice",
        "batch-texts",
        "batch-together",
    ]
    for text, code in (("districts = [", "batch-toml"), ("together = 1", "batch-key")):
        listed.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            tasks_of(listed)
        assert code in [code for code, _ in codes(caught)]
