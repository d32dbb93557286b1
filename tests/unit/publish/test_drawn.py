from __future__ import annotations

from dataclasses import replace

import pytest

from asrun.publish.drawn import ExpectedFigure
from asrun.publish.published import PublishedFigure

PICTURE = ExpectedFigure("A", ("x",), (1, 0.12345, True, float("nan")))
SHOWN = PublishedFigure("tensor-picture", "A", ("1", "0.123", "T", "nan"), ("x",))
DRAWN = PublishedFigure("", "", ("1",), (), ((0.0, 1.0), (2.004, 3.0)), ("data:x",))
PLOT = ExpectedFigure("A", plot=DRAWN)
SHOWN_PLOT = replace(DRAWN, kind="plot", alt="A", paths=((2.0, 3.0),))


def test_a_picture_and_a_plot_are_recognized():
    assert PICTURE.is_shown_by(SHOWN)
    assert PLOT.is_shown_by(SHOWN_PLOT)


@pytest.mark.parametrize(
    "change",
    [
        {"alt": "B"},
        {"kind": "plot"},
        {"names": ("y",)},
        {"texts": ("2", "0.123", "T", "nan")},
        {"texts": ("1", "0.125", "T", "nan")},
        {"texts": ("1", "0.123", "F", "nan")},
        {"texts": ("1", "0.123", "T", "0.")},
        {"texts": ("1", "0.123", "T")},
    ],
)
def test_a_picture_of_other_numbers_is_not_it(change: dict):
    assert not PICTURE.is_shown_by(replace(SHOWN, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"alt": "B"},
        {"kind": "tensor-picture"},
        {"texts": ("2",)},
        {"images": ("data:y",)},
        {"paths": ((2.5, 3.0),)},
        {"paths": ((2.0, 3.0), (0.0, 1.0))},
    ],
)
def test_a_plot_of_something_else_is_not_it(change: dict):
    assert not PLOT.is_shown_by(replace(SHOWN_PLOT, **change))
