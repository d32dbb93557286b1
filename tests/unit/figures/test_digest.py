"""The digest of what a run drew: noise does not change it, a change does."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from asrun.execution.result import Run
from asrun.figures.digest import has_same_figures
from asrun.verification.verdicts import digest_figures

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9pt" height="9pt">'
    '{}<path d="M {} 10 L 20 20" style="stroke: {}"/><text x="1" y="1">{}</text></svg>'
)


def plotted(x: str = "10", colour="#123456", text="a", image="", by="3.11.2"):
    return digest_figures(
        Run("", plots=(SVG.format(image, x, colour, text),), versions={"matplotlib": by})
    )


def image(shade: int, corner: int | None = None) -> str:
    data, picture = io.BytesIO(), Image.new("RGBA", (8, 8), (shade, shade, shade, 255))
    picture.putpixel((0, 0), (corner or shade, shade, shade, 255))
    picture.save(data, "png")
    return f'<image href="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"/>'


def tensor(value: float, dtype: str = "float32") -> dict[str, object]:
    return {"shape": [1], "dtype": dtype, "values": [value]}


@pytest.mark.parametrize("x", ["10.00000001", "9.99999999", "10.5", "11"])
def test_noise_in_a_plot_does_not_count(x):
    assert has_same_figures(plotted("10"), plotted(x))


@pytest.mark.parametrize(
    "other",
    [{"x": "14"}, {"x": "10 10 L 15"}, {"colour": "#123457"}, {"text": "b"}, {"image": image(9)}],
)
def test_a_change_of_a_plot_does(other):
    assert not has_same_figures(plotted(), plotted(**other))


def test_an_image_may_differ_by_less_than_one_sees():
    assert has_same_figures(plotted(image=image(100)), plotted(image=image(100, corner=102)))
    assert not has_same_figures(plotted(image=image(100)), plotted(image=image(160)))


def test_plots_by_another_matplotlib_are_not_compared():
    assert has_same_figures(plotted("10"), plotted("14", by="3.12.0"))


def test_a_plot_is_not_a_tensor_picture_and_neither_is_nothing():
    assert not has_same_figures(plotted(), digest_figures(Run("", {"x": tensor(1)})))
    assert not has_same_figures(plotted(), None)
    assert has_same_figures(None, None)


def test_a_tensors_numbers_count_to_three_digits():
    first, noise, other = (
        digest_figures(Run("", {"x": tensor(v)})) for v in (0.123, 0.1230001, 0.124)
    )
    assert has_same_figures(first, noise)
    assert not has_same_figures(first, other)
    assert not has_same_figures(first, digest_figures(Run("", {"x": tensor(0.123, "float64")})))
    assert not has_same_figures(first, digest_figures(Run("", {"y": tensor(0.123)})))


def test_a_program_that_draws_nothing_has_no_digest():
    assert digest_figures(Run("2\n")) is None
