"""Labels of rows: read in both languages, settled, counted; nothing about trust is lost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.district.folder.read import read_district
from gridplan.district.schema.labels import DOUBT, below, doubts, ranked
from gridplan.district.schema.vocabulary import ROW_LABELS

HOSPITALS = "hospitals.csv"


def labelled(folder, header, *cells):
    """Add columns to the two hospitals of the tiny district."""
    path = folder / HOSPITALS
    lines = path.read_text(encoding="utf-8").splitlines()
    ends = [header, *cells]
    told = [f"{line},{end}" for line, end in zip(lines, ends, strict=True)]
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    return read_district(folder)


def hospital_source(district):
    return next(source for source in district.layers if source.layer == "hospitals")


def test_rows_without_a_label_have_their_layers(tiny_district):
    assert tiny_district.hospitals["label"].tolist() == ["real", "real"]
    source = hospital_source(tiny_district)
    assert (source.rows, source.rows_below, source.row_labels) == (2, 0, "")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("label,coord_label,beds_label", ("real,estimated,planned", ",,")),
        ("标签,坐标标签,床位标签", ("真实,估计,规划", ",,")),
    ],
)
def test_labels_are_read_in_both_languages(tiny_folder, header, cells):
    district = labelled(tiny_folder, header, *cells)
    hospitals = district.hospitals
    assert hospitals["label"].tolist() == ["real", "real"]
    assert hospitals["coord_label"].tolist() == ["estimated", None]
    assert hospitals["beds_label"].tolist() == ["planned", None]
    assert doubts(hospitals).to_numpy().tolist() == [
        ["h1", "place", "estimated"],
        ["h1", "beds", "planned"],
    ]
    source = hospital_source(district)
    assert (source.rows, source.rows_below) == (2, 1)
    assert source.row_labels == "estimated, planned"


def test_an_unknown_label_counts_as_unverified_and_is_listed(tiny_folder):
    district = labelled(tiny_folder, "label", "geocoded", "real")
    assert district.hospitals["label"].tolist() == ["unverified", "real"]
    repair = next(entry for entry in district.repairs if entry.code == "label-other")
    assert repair.values["texts"] == ["geocoded"]
    assert repair.values["count"] == 1
    assert "geocoded" in repair.text("en")


def test_a_label_of_nothing_says_nothing(tiny_folder):
    """Where a row holds no beds, that they are planned says nothing of the row."""
    path = tiny_folder / HOSPITALS
    path.write_text(path.read_text(encoding="utf-8").replace(",800,", ",,"), encoding="utf-8")
    district = labelled(tiny_folder, "beds_label", "planned", "planned")
    assert doubts(district.hospitals)["row"].tolist() == ["h2"]
    assert hospital_source(district).rows_below == 1


LABEL = st.sampled_from([*ROW_LABELS, None])


@given(
    rows=st.lists(st.tuples(LABEL, LABEL, LABEL, st.sampled_from([None, 5.0])), max_size=8),
    layer=st.sampled_from(["real", "derived", "modelled"]),
)
def test_rows_below_their_layer_are_counted(rows, layer):
    frame = pd.DataFrame(rows, columns=["label", "coord_label", "beds_label", "beds"], dtype=object)
    expected, labels = 0, set()
    for row, place, of_beds, beds in rows:
        told = {row, place, of_beds if beds is not None else None} - {None}
        worse = {label for label in told if DOUBT[label] > DOUBT[layer]}
        expected += bool(worse)
        labels |= worse
    found = below(frame, layer)
    assert found["row"].nunique() == expected
    assert ranked(found["label"]) == tuple(sorted(labels, key=DOUBT.get))
