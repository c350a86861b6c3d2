"""Names on paper maps: each keeps its place if that is free, and hides no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.outputs.drawing.labels import overlap, place

FRAME = (0.0, 0.0, 1000.0, 1000.0)
SPOT = st.tuples(st.floats(100, 900), st.floats(100, 900), st.floats(10, 80), st.floats(5, 20))


@given(st.lists(SPOT, max_size=6), st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900))))
def test_every_label_keeps_its_size_and_the_first_free_place(labels, corners):
    symbols = [(x, y, x + 5, y + 5) for x, y in corners[:5]]
    boxes = place(labels, FRAME, symbols)
    assert len(boxes) == len(labels)
    taken = list(symbols)
    for (x, y, width, height), box in zip(labels, boxes, strict=True):
        assert abs(box[2] - box[0] - width) < 1e-6
        assert abs(box[3] - box[1] - height) < 1e-6
        wanted = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if all(overlap(wanted, other) == 0 for other in taken):
            assert box == pytest.approx(wanted)
        taken.append(box)


@given(st.integers(2, 4), SPOT)
def test_labels_of_one_point_part(count, spot):
    boxes = place([spot] * count, FRAME, [])
    for at, one in enumerate(boxes):
        assert all(overlap(one, other) < 1e-6 for other in boxes[at + 1 :])


def test_a_label_stays_on_the_map():
    [box] = place([(5.0, 500.0, 80.0, 10.0)], FRAME, [])
    assert overlap(box, FRAME) > overlap((-35.0, 495.0, 45.0, 505.0), FRAME)


def test_boxes_that_only_touch_share_nothing():
    assert overlap((0, 0, 1, 1), (1, 0, 2, 1)) == 0
    assert overlap((0, 0, 2, 2), (1, 1, 3, 3)) == 1
