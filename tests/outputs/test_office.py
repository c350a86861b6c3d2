"""report.toml: read whole, wrong entries told all at once, phrases take the place of our own."""

import pytest

from gridplan.errors import InputError
from gridplan.outputs.office.office import read_office
from gridplan.outputs.office.worded import Worded
from gridplan.text import say


def written(folder, text):
    path = folder / "report.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_the_bureau_says_goes_before(plan, tmp_path):
    path = written(
        tmp_path,
        """
[bureau]
issuer = "某区卫生健康局"
date = 2026-12-01
[phrases]
map-source = "时点{vintage}"
[centers.n1]
address = "甲路1号"
floor_area = 1200
[[tasks]]
task = "落实用房"
unit = "区住建局"
""",
    )
    office = read_office(path)
    assert office.text("bureau.issuer") == "某区卫生健康局"
    assert office.text("bureau.date") == "2026-12-01"
    assert office.text("bureau.to") == ""
    assert office.of_center("n1", "floor_area") == "1200"
    assert office.of_center("n9", "address") == ""
    assert office.rows("tasks")[0]["unit"] == "区住建局"
    told = Worded(plan, "zh", office)
    assert told.say("report.map-source", vintage="2020") == "时点2020"
    assert told.say("report.none") == say("report.none", "zh")


def test_everything_wrong_is_told_at_once(tmp_path):
    path = written(
        tmp_path,
        """
template = "none.docx"
colour = "red"
[bureau]
isuer = "x"
[phrases]
map-source = "{vintge}"
nowhere = "x"
[centers.n1]
adress = "x"
tasks = "x"
""",
    )
    with pytest.raises(InputError) as caught:
        read_office(path)
    text = str(caught.value)
    for wrong in ("none.docx", "colour", "isuer", "vintge", "nowhere", "adress"):
        assert wrong in text
    assert len(caught.value.problems) == 7


def test_what_is_no_toml_is_said_with_its_place(tmp_path):
    with pytest.raises(InputError, match=r"report\.toml"):
        read_office(written(tmp_path, "[bureau\n"))
    with pytest.raises(InputError, match=r"missing\.toml"):
        read_office(tmp_path / "missing.toml")
