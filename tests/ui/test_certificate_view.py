"""The notes beneath the certificate: those of one kind are counted, as in every other place."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from gridplan.errors import Problem
from gridplan.outputs.words.told_notes import MOST


def draw(plan, lang):
    from gridplan.ui.views.quality import quality_view

    quality_view(plan, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_many_notes_of_one_kind_are_few_boxes(lang):
    values = {"residents": 5, "from_unit": "a", "to_unit": "b", "metres": 9}
    notes = [Problem("island-linked", {**values, "units": number}) for number in range(40)]
    plan = SimpleNamespace(certificates={}, notes=notes)
    at = AppTest.from_function(draw, default_timeout=60, kwargs={"plan": plan, "lang": lang}).run()
    assert not at.exception
    assert len(at.info) == MOST
    assert "38" in at.info[-1].value
