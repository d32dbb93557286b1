from __future__ import annotations

import pytest

from asrun.pages.boxes import find_boxes, unbox_lines


@pytest.mark.parametrize(
    ("lines", "boxes"),
    [
        (["!!! note", "    a", "", "    b", "c"], [range(1, 5)]),
        (["!!! note", "", "c"], [range(1, 2)]),
        (["??? tip", "    a"], [range(1, 3)]),
        (["!!! a", "    !!! b", "        c"], [range(1, 4), range(2, 4)]),
        (["Title", "===", "words"], []),
    ],
)
def test_a_box_holds_what_is_indented_below_it(lines: list[str], boxes: list[range]):
    assert list(find_boxes(lines)) == boxes


def test_what_stands_in_boxes_stands_by_itself_on_the_same_lines():
    lines = ["!!! a", "    !!! b", "        c", "d"]
    assert unbox_lines(lines, list(find_boxes(lines))) == ["", "", "c", "d"]
