"""Plots: matplotlib's SVG, made to follow the theme and to live on a page with others."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import markdown
import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from asrun.base.errors import FigureError, Location
from asrun.figures.digest import compute_figure_digest
from asrun.figures.plot import MAX_IMAGE_BYTES, make_id_prefix, render_plot
from asrun.worker.style import HUE_COLORS, INK_COLOR, make_plot_style

PLACE = Location("snippets/tensors/relu.py", 2)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def svg(inner: str) -> str:
    return f'{HEAD}width="72pt" height="36pt" viewBox="0 0 72 36">{inner}</svg>'


def plotted(inner: str, alt: str = "alt", prefix: str = "p-") -> str:
    return render_plot(svg(inner), alt, prefix, PLACE)


@pytest.fixture(scope="module")
def draw() -> Callable[[Callable[..., object]], str]:
    """Draw with matplotlib as the worker does, and return its SVG."""
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    def drawn(fill: Callable[..., object]) -> str:
        with matplotlib.rc_context(make_plot_style()):
            figure, text = Figure(), io.StringIO()
            fill(figure.subplots())
            FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
            return text.getvalue()

    return drawn


@pytest.fixture(scope="module")
def lines(draw: Callable[[Callable[..., object]], str]) -> str:
    """Two curves with markers, a legend, a title with mathematics, a hatched area."""

    def fill(axes: object) -> None:
        for factor in (1, 2):
            axes.plot([0, 1, 2], [0, factor, 4], marker="o", label=f"k={factor}")
        axes.fill_between([0, 1, 2], [0, 1, 0], alpha=0.3, hatch="//")
        axes.set_title(r"$x_i^2 < 3$ & more")
        axes.legend()

    return draw(fill)


class TestFromMatplotlib:
    def test_nothing_is_left_that_a_page_must_not_hold(self, lines: str) -> None:
        block = render_plot(lines, "alt", "p-", PLACE)
        gone_from_it = (" style=", "<style", "<?", "<!", "metadata", "rdf", "xlink", "font-family")
        for gone in gone_from_it:
            assert gone in lines
            assert gone not in block, gone

    def test_every_id_has_the_prefix_and_is_referred_to(self, lines: str) -> None:
        block = render_plot(lines, "alt", "f-", PLACE)
        ids = re.findall(r' id="([^"]*)"', block)
        references = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', block))
        assert ids
        assert len(ids) == len(set(ids))
        assert set(ids) == references
        assert all(name.startswith("f-") for name in ids)

    def test_two_plots_with_two_prefixes_share_no_id(self, lines: str) -> None:
        found = [
            set(re.findall(r'id="(.*?)"', render_plot(lines, "", p, PLACE))) for p in ("a-", "b-")
        ]
        assert not found[0] & found[1]

    def test_no_colour_of_the_worker_is_left_but_as_a_fallback(self, lines: str) -> None:
        block = render_plot(lines, "alt", "p-", PLACE)
        bare = re.sub(r"var\(--asrun-hue-\d, #\w+\)", "", block)
        assert re.findall("#[0-9a-f]{6}", bare) == []
        assert 'stroke="currentColor"' in block
        assert f'stroke="var(--asrun-hue-2, {HUE_COLORS[1]})"' in block

    def test_the_page_shows_through(self, lines: str) -> None:
        block = render_plot(lines, "alt", "p-", PLACE)
        assert lxml_html.fromstring(block).find(".//svg")[0].get("fill") != "#ffffff"
        assert "#fff" not in block

    def test_text_stays_text_in_the_pages_font(self, lines: str) -> None:
        figure = lxml_html.fromstring(render_plot(lines, "alt", "p-", PLACE))
        texts = ["".join(text.itertext()) for text in figure.iter("text")]
        assert "k=2" in texts
        assert {text.get("font-size") for text in figure.iter("text")} >= {"11"}

    def test_numbers_have_at_most_two_decimals(self, lines: str) -> None:
        block = render_plot(lines, "alt", "p-", PLACE)
        assert re.findall(r"\d\.\d{3,}", lines)
        assert re.findall(r"\d\.\d{3,}", block) == []

    def test_it_is_less_than_half_as_long(self, lines: str) -> None:
        assert len(render_plot(lines, "alt", "p-", PLACE)) < len(lines) / 2

    def test_the_same_code_gives_the_same_bytes(
        self, draw: Callable[[Callable[..., object]], str]
    ) -> None:
        twice = [draw(lambda axes: axes.plot([0, 1], [0, 1], marker="o")) for _ in "ab"]
        assert render_plot(twice[0], "", "p-", PLACE) == render_plot(twice[1], "", "p-", PLACE)

    def test_a_small_image_stays(self, draw: Callable[[Callable[..., object]], str]) -> None:
        source = draw(lambda axes: axes.imshow([[0, 1], [2, 3]]))
        image = lxml_html.fromstring(render_plot(source, "alt", "p-", PLACE)).find(".//image")
        head, data = image.get("href").split(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(data, validate=True).startswith(b"\x89PNG")
        assert float(image.get("width")) > 0

    def test_markdown_leaves_it_alone(self, lines: str) -> None:
        block = render_plot(lines, "alt", "p-", PLACE)
        text = f"before\n\n{block}\n\n*after*\n"
        for page in (
            markdown.markdown(text, extensions=["md_in_html", "pymdownx.superfences"]),
            MarkdownIt("commonmark", {"html": True}).render(text),
        ):
            assert block in page
            assert "<em>after</em>" in page


class TestColour:
    def test_ink_is_the_texts_colour(self) -> None:
        block = plotted(f'<path d="M 0 0" style="stroke: {INK_COLOR}; fill: {INK_COLOR}"/>')
        assert '<path d="M0 0" stroke="currentColor" fill="currentColor"/>' in block

    @pytest.mark.parametrize(("number", "hue"), list(enumerate(HUE_COLORS, 1)))
    def test_a_hue_is_the_pages_hue_of_its_number(self, number: int, hue: str) -> None:
        assert f'fill="var(--asrun-hue-{number}, {hue})"' in plotted(f'<rect style="fill: {hue}"/>')

    def test_another_colour_is_the_programs_own_choice(self) -> None:
        assert 'fill="#ff0000"' in plotted('<rect style="fill: #ff0000"/>')

    def test_the_figures_own_background_is_dropped_whatever_its_colour(self) -> None:
        block = plotted(
            '<g id="figure_1"><g id="patch_1"><path d="M 0 0" style="fill: #ffffff"/></g>'
            '<g id="axes_1"><g id="patch_2"><path d="M 1 1" style="fill: #eeeeee"/></g></g></g>'
        )
        assert "#ffffff" not in block
        assert "#eeeeee" in block


class TestShape:
    def test_a_style_becomes_attributes(self) -> None:
        block = plotted('<path d="M 0 0" style="stroke: red; stroke-dasharray: 5.55,2.4"/>')
        assert '<path d="M0 0" stroke="red" stroke-dasharray="5.55,2.4"/>' in block

    def test_what_the_stylesheet_says_of_everything_is_inherited_from_the_top(self) -> None:
        block = plotted(
            "<defs><style>*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>"
        )
        top = lxml_html.fromstring(block).find(".//svg")
        assert (top.get("stroke-linejoin"), top.get("stroke-linecap")) == ("round", "butt")
        assert "defs" not in block

    def test_references_follow_their_ids(self) -> None:
        block = plotted(
            '<defs><path id="m1" d="M 0 0"/><clipPath id="c1"><rect width="1"/></clipPath>'
            '<pattern id="h1"><rect width="2"/></pattern></defs>'
            '<g id="unused" clip-path="url(#c1)"><use xlink:href="#m1"/>'
            '<rect style="fill: url(#h1)"/></g>',
            prefix="q",
        )
        assert '<path id="q1" ' in block
        assert '<clipPath id="q2">' in block
        assert '<pattern id="q3">' in block
        assert '<g clip-path="url(#q2)"><use href="#q1"/><rect fill="url(#q3)"/></g>' in block

    def test_groups_that_do_nothing_and_shapes_that_nobody_sees_are_left_out(self) -> None:
        block = plotted(
            '<g id="a"><g id="b"><rect width="1"/></g><g id="c"/>'
            '<path d="M 0 0" style="fill: none"/></g>'
        )
        assert re.search(r'<svg[^>]*><rect width="1"/></svg>', block)

    def test_an_unseen_shape_that_takes_its_line_from_a_group_stays(self) -> None:
        group = f'<g style="fill: none; stroke: {INK_COLOR}"><path d="M 0 0 L 1 1"/></g>'
        assert '<path d="M0 0 1 1"/>' in plotted(group)

    def test_a_marker_that_takes_its_line_from_its_use_stays(self) -> None:
        block = plotted(
            '<defs><path id="m" d="M 0 0 L 1 1" style="fill: none"/></defs>'
            '<use xlink:href="#m" style="stroke: red"/>'
        )
        assert '<path id="p-1" d="M0 0 1 1" fill="none"/>' in block

    @pytest.mark.parametrize(
        ("long", "short"),
        [
            ("M 1.005 2 \nL 3.14159 -4.0001 \nL 5 6.999 \nz\n", "M1 2 3.14 -4 5 7z"),
            ("M 0 0 \nM 1 1 \nL 2 2", "M0 0M1 1 2 2"),
            ("M 0 0 \nC 1 1 2 2 3 3 \nC 4 4 5 5 6 6", "M0 0C1 1 2 2 3 3 4 4 5 5 6 6"),
            ("M -0.001 100000.123 \nL 1.5e-05 0.5", "M0 100000.12 0 0.5"),
            ("M 0 0 \nz \nL 1 1 \nL 2 2", "M0 0zL1 1 2 2"),
            ("M 0 0 \nz \nz", "M0 0zz"),
        ],
    )
    def test_a_path_is_written_short_and_stays_the_same_path(self, long: str, short: str) -> None:
        assert f'd="{short}"' in plotted(f'<path d="{long}"/>')

    def test_a_rotation_by_nothing_is_left_out(self) -> None:
        assert "<text>a</text>" in plotted('<text transform="rotate(-0 50.9 196.6)">a</text>')
        assert '"rotate(-90 12.5 9.88)"' in plotted(
            '<text transform="rotate(-90 12.5 9.876)">a</text>'
        )

    def test_the_factors_of_a_transformation_are_not_rounded(self) -> None:
        matrix = "matrix(0.015625 0 0 0.015625 1.23456 0)"
        assert matrix in plotted(f'<image transform="{matrix}"/>')

    def test_text_is_escaped_again(self) -> None:
        assert "<text>a &lt; b &amp; c</text>" in plotted("<text>a &lt; b &amp; c</text>")

    def test_it_scales_from_its_size_in_pixels(self) -> None:
        top = lxml_html.fromstring(plotted("")).find(".//svg")
        assert (top.get("width"), top.get("height")) == ("96", "48")
        assert top.get("viewbox") == "0 0 72 36"

    def test_it_is_one_image_with_one_escaped_label(self) -> None:
        alt = 'a < b & "c"'
        figure = lxml_html.fromstring(plotted("", alt=alt))
        assert (figure.tag, figure.get("role")) == ("figure", "img")
        assert figure.get("aria-label") == alt
        assert figure.find("svg").get("aria-hidden") == "true"

    def test_it_has_no_blank_line_and_no_indentation(self) -> None:
        block = plotted('\n\n  <g>\n\n  <path d="M 0 0\n\nL 1 1"/></g>\n', alt="a\n\nb")
        assert all(line.startswith("<") for line in block.split("\n"))


class TestWhatCannotBeShown:
    @pytest.mark.parametrize("text", ["", "no svg", "<svg>", "<html/>", "<svg/>"])
    def test_what_is_no_svg(self, text: str) -> None:
        with pytest.raises(FigureError, match="no SVG that we can read") as caught:
            render_plot(text, "alt", "p-", PLACE)
        assert caught.value.location == PLACE

    @pytest.mark.parametrize(("extra", "fine"), [(-100, True), (100, False)])
    def test_an_image_of_more_than_20_kb(self, extra: int, fine: bool) -> None:
        data = base64.b64encode(bytes(MAX_IMAGE_BYTES + extra)).decode()
        source = f'<image xlink:href="data:image/png;base64,\n{data}"/>'
        if fine:
            assert data in plotted(source)
        else:
            with pytest.raises(FigureError, match="image of 20 kB"):
                plotted(source)


class TestOnce:
    def test_a_plot_is_fitted_once_for_both_languages_and_its_digest(
        self, lines: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parsed: list[str] = []
        parse = ElementTree.fromstring

        def count_parse(text: str) -> ElementTree.Element:
            parsed.append(text)
            return parse(text)

        monkeypatch.setattr(ElementTree, "fromstring", count_parse)
        plot = lines + "<!-- a plot of this test alone -->"
        zh = render_plot(plot, "图", "one-", PLACE)
        en = render_plot(plot, "A picture.", "two-", PLACE)
        assert compute_figure_digest({}, [plot], {}) is not None
        assert parsed == [plot]
        assert zh.replace("图", "A picture.").replace("one-", "two-") == en

    def test_what_is_wrong_is_told_each_time_with_its_place(self) -> None:
        for line in (2, 3):
            with pytest.raises(FigureError) as caught:
                render_plot("no svg", "alt", "p-", Location(PLACE.path, line))
            assert caught.value.location.line == line

    def test_figures_have_prefixes_of_their_own(self) -> None:
        names = [("a/b.py", 0), ("a/b.py", 1), ("a/c.py", 0), ("digits", 3, 0)]
        prefixes = [make_id_prefix(*parts) for parts in names]
        assert len(set(prefixes)) == len(names)
        assert all(re.fullmatch(r"f[0-9a-f]{6}-", prefix) for prefix in prefixes)
