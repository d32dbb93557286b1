"""Tensor pictures: what may be asked for, which colours are true, what stands on the page."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import markdown
import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from asrun.base.errors import FigureError, Location
from asrun.figures.tensor_picture import render_tensor_picture
from asrun.snippets.drawing import parse_drawing
from asrun.worker.protocol import TensorReport
from asrun.worker.style import HUE_COLORS
from support.project import ROOT

PLACE = Location("snippets/tensors/cat.py", 3)
CSS = ROOT / "docs/theme/assets/figures.css"


def tensor(
    shape: tuple[int, ...], values: Iterable[float | bool], dtype: str = "int64"
) -> TensorReport:
    return {"shape": list(shape), "dtype": dtype, "values": list(values)}


def drawn(text: str, alt: str = "alt", **tensors: TensorReport) -> str:
    return render_tensor_picture(parse_drawing(text, PLACE), tensors, alt)


def grids(block: str) -> dict[str, list[tuple[str, int]]]:
    """Read a picture as a browser would: each tensor's cells by row, as (number, hue or 0)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for part in lxml_html.fromstring(block).iterfind(".//div[@class='tensor']"):
        cells = []
        for svg in part.iter("svg"):
            hues = {}
            for group in svg.findall("g"):
                hue = int((group.get("class") or "hue-0").removeprefix("hue-"))
                hues |= {(int(r.get("x")), int(r.get("y"))): hue for r in group.iterfind("rect")}
            width = int(svg.find(".//rect").get("width"))
            for text in svg.iter("text"):
                corner = (int(text.get("x")) - width // 2, int(text.get("y")) - 17)
                cells.append((text.text, hues.pop(corner)))
            assert not hues, "an outline without its number"
        found[part.findtext("b")] = cells
    return found


def numbers(block: str, name: str) -> list[str]:
    return [number for number, _ in grids(block)[name]]


def hues(block: str, name: str) -> list[int]:
    return [hue for _, hue in grids(block)[name]]


X = tensor((2, 3), range(1, 7))
Y = tensor((2, 3), range(7, 13))
CAT = tensor((4, 3), range(1, 13))


class TestWhatCannotBeDrawn:
    @pytest.mark.parametrize(
        ("bad", "what"),
        [
            (tensor((2, 0), []), "`x` (2, 0) is empty"),
            (tensor((1, 1, 1, 2), [1, 2]), "`x` (1, 1, 1, 2) has 4 dimensions"),
            (tensor((5, 13), []), "`x` (5, 13) has 65 cells"),
            (tensor((65,), []), "`x` (65,) has 65 cells"),
        ],
    )
    def test_empty_deep_or_large_tensors(self, bad: TensorReport, what: str) -> None:
        with pytest.raises(FigureError) as caught:
            drawn("x -> y", x=bad, y=X)
        assert caught.value.message == what
        assert caught.value.location == PLACE

    def test_a_name_that_the_program_does_not_define(self) -> None:
        with pytest.raises(FigureError, match="the program defines no tensor `w`"):
            drawn("x -> w", x=X)

    def test_sixty_four_cells_in_three_dimensions_are_fine(self) -> None:
        cube = tensor((4, 4, 4), range(64))
        assert len(grids(drawn("x -> y", x=cube, y=cube))["y"]) == 64


class TestColourOfMovedNumbers:
    def test_several_operands_have_a_colour_each(self) -> None:
        block = drawn("x, y -> z", x=X, y=Y, z=CAT)
        assert (hues(block, "x"), hues(block, "y")) == ([1] * 6, [2] * 6)

    def test_a_result_cell_takes_the_colour_of_the_cell_that_holds_its_number(self) -> None:
        block = drawn("x, y -> z", x=X, y=Y, z=tensor((3, 2), [7, 1, 2, 8, 9, 3]))
        assert hues(block, "z") == [2, 1, 1, 2, 2, 1]

    def test_one_operand_has_a_colour_for_each_row(self) -> None:
        block = drawn("x -> y", x=X, y=tensor((3, 2), [1, 4, 2, 5, 3, 6]))
        assert hues(block, "x") == [1, 1, 1, 2, 2, 2]
        assert hues(block, "y") == [1, 2, 1, 2, 1, 2]

    def test_rows_count_on_through_the_sheets_of_a_3d_tensor(self) -> None:
        block = drawn("x -> y", x=tensor((2, 2, 2), range(8)), y=tensor((8,), range(8)))
        assert hues(block, "y") == [1, 1, 2, 2, 3, 3, 4, 4]

    def test_one_1d_operand_has_a_colour_for_each_cell(self) -> None:
        block = drawn("x -> a, b", x=tensor((3,), [5, 6, 7]), a=tensor((), [5]), b=X_ROW)
        assert (hues(block, "x"), hues(block, "a")) == ([1, 2, 3], [1])
        assert hues(block, "b") == [2, 3]

    def test_a_number_may_be_read_more_than_once(self) -> None:
        row, table = tensor((2,), [1, 2]), tensor((2, 2), [1, 2, 1, 2])
        assert hues(drawn("row -> table", row=row, table=table), "table") == [1, 2, 1, 2]

    def test_a_change_of_dtype_does_not_hide_where_a_number_came_from(self) -> None:
        block = drawn("x -> y", x=X_ROW, y=tensor((2,), [7.0, 6.0], "float32"))
        assert hues(block, "y") == [2, 1]

    def test_not_a_number_is_a_number_too(self) -> None:
        x, y = (tensor((2,), v, "float32") for v in ([1.0, math.nan], [float("nan"), 1.0]))
        assert hues(drawn("x -> y", x=x, y=y), "y") == [2, 1]

    def test_twelve_rows_have_colours_and_neighbours_differ(self) -> None:
        x = tensor((12, 1), range(12))
        found = hues(drawn("x -> y", x=x, y=x), "x")
        assert set(found) == set(range(1, len(HUE_COLORS) + 1))
        assert all(a != b for a, b in pairwise(found))

    @pytest.mark.parametrize(
        ("operand", "result"),
        [
            (X, tensor((2, 3), [1, 2, 3, 4, 5, 99])),  # one number of the result was computed
            (tensor((3,), [3, 3, 1]), tensor((3,), [1, 3, 3])),  # a number stands twice
            (tensor((2,), [True, False], "bool"), tensor((2,), [False, True], "bool")),
            (tensor((2,), [0, 1]), tensor((2,), [True, False], "bool")),
            (tensor((2,), [True, False], "bool"), tensor((2,), [0, 1])),
            (tensor((2,), [3.0, math.nan]), tensor((1,), [math.inf])),
        ],
    )
    def test_where_nobody_can_know_nothing_is_coloured(
        self, operand: TensorReport, result: TensorReport
    ) -> None:
        assert "hue-" not in drawn("x -> y", x=operand, y=result)

    def test_one_computed_result_takes_the_colour_from_the_others(self) -> None:
        assert "hue-" not in drawn("x -> a, s", x=X_ROW, a=X_ROW, s=tensor((), [13]))

    def test_the_same_number_in_two_operands_is_no_evidence(self) -> None:
        assert "hue-" not in drawn("x, y -> z", x=X, y=X_ROW, z=X_ROW)


X_ROW = tensor((2,), [6, 7])
A = tensor((2, 3), range(1, 7))
B = tensor((3, 2), [1, 0, 0, 1, 2, 2])
SQUARE = tensor((2, 2), range(4))


class TestColourOfComputedNumbers:
    def test_a_product_accents_one_cell_with_its_row_and_its_column(self) -> None:
        block = drawn("a @ b -> c", a=A, b=B, c=tensor((2, 2), [7, 8, 16, 17]))
        assert hues(block, "a") == [1, 1, 1, 0, 0, 0]
        assert hues(block, "b") == [1, 0, 1, 0, 1, 0]
        assert hues(block, "c") == [1, 0, 0, 0]

    def test_a_batched_product_accents_within_its_first_sheet(self) -> None:
        a, b = tensor((2, 2, 3), range(12)), tensor((2, 3, 2), range(12))
        block = drawn("a @ b -> c", a=a, b=b, c=tensor((2, 2, 2), range(50, 58)))
        assert hues(block, "a") == [1, 1, 1] + [0] * 9
        assert hues(block, "b") == [1, 0, 1, 0, 1, 0] + [0] * 6
        assert hues(block, "c") == [1] + [0] * 7

    def test_a_product_may_broadcast_its_batch(self) -> None:
        b = tensor((2, 3, 2), range(12))
        block = drawn("a @ b -> c", a=A, b=b, c=tensor((2, 2, 2), range(50, 58)))
        assert hues(block, "a") == [1, 1, 1, 0, 0, 0]
        assert hues(block, "b") == [1, 0, 1, 0, 1, 0] + [0] * 6

    def test_a_vector_in_a_product_is_accented_whole(self) -> None:
        v = tensor((3,), [1, 0, 2])
        block = drawn("a @ v -> c", a=A, v=v, c=tensor((2,), [7, 16]))
        assert (hues(block, "v"), hues(block, "c")) == ([1, 1, 1], [1, 0])
        block = drawn("v @ b -> c", v=v, b=B, c=tensor((2,), [5, 4]))
        assert (hues(block, "v"), hues(block, "b")) == ([1, 1, 1], [1, 0, 1, 0, 1, 0])
        block = drawn("v @ w -> c", v=v, w=v, c=tensor((), [5]))
        assert (hues(block, "w"), hues(block, "c")) == ([1, 1, 1], [1])

    @pytest.mark.parametrize("glyph", "+-*/")
    def test_an_elementwise_glyph_accents_the_aligned_cells_also_when_broadcast(
        self, glyph: str
    ) -> None:
        column, row = tensor((3, 1), [10, 20, 30]), tensor((2,), [1, 2])
        grid = tensor((3, 2), range(50, 56))
        block = drawn(f"column {glyph} row -> grid", column=column, row=row, grid=grid)
        assert hues(block, "column") == [1, 0, 0]
        assert hues(block, "row") == [1, 0]
        assert hues(block, "grid") == [1, 0, 0, 0, 0, 0]

    def test_a_glyph_says_computed_even_if_each_number_stands_among_the_operands(self) -> None:
        one, two = tensor((2,), [1, 4]), tensor((2,), [3, -1])  # 1 + 3 is 4, 4 + -1 is 3
        block = drawn("a + b -> c", a=one, b=two, c=tensor((2,), [4, 3]))
        assert hues(block, "c") == [1, 0]

    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ("a + b -> c", tensor((), [55])),  # a sum of sums
            ("a @ b -> c", tensor((2, 3), range(50, 56))),  # no product of (2, 3) and (2, 3)
            ("a @ t @ s -> c", tensor((2, 2), range(50, 54))),  # which row, which column?
            ("a + s -> c", tensor((2, 3), range(50, 56))),  # (2, 3) and (2, 2) do not add up
        ],
    )
    def test_shapes_that_the_glyph_does_not_make_are_not_explained(
        self, text: str, result: TensorReport
    ) -> None:
        assert "hue-" not in drawn(text, a=A, b=A, t=B, s=SQUARE, c=result)

    def test_without_a_glyph_nobody_says_which_cells_made_a_computed_one(self) -> None:
        # after a sort, order[0] does not come from x[0], though the shapes are the same
        x, values = tensor((3,), [30, 10, 20]), tensor((3,), [10, 20, 30])
        order = tensor((3,), [1, 2, 0])
        assert "hue-" not in drawn("x -> values, order", x=x, values=values, order=order)


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (7, "7"),
            (-12345678, "-12345678"),
            (2.0, "2."),
            (-0.0, "-0."),
            (1234.0, "1234."),
            (0.5, "0.5"),
            (-1.25, "-1.25"),
            (0.33333, "0.333"),
            (123.4, "123."),
            (1234.5, "1.23e3"),
            (0.00001, "1e-5"),
            (2.0e6, "2e6"),
            (math.inf, "inf"),
            (-math.inf, "-inf"),
            (math.nan, "nan"),
            (True, "T"),
            (False, "F"),
        ],
    )
    def test_a_number_reads_as_pytorch_prints_it_in_three_digits(
        self, value: float | bool, text: str
    ) -> None:
        one = tensor((1,), [value])
        assert numbers(drawn("x -> y", x=one, y=one), "x") == [text]


class TestTheGrid:
    def test_numbers_stand_row_by_row(self) -> None:
        svg = lxml_html.fromstring(drawn("x -> y", x=X, y=X)).find(".//svg")
        at = [(text.text, int(text.get("x")), int(text.get("y"))) for text in svg.iter("text")]
        assert at == sorted(at, key=lambda cell: (cell[2], cell[1]))
        assert len({y for _, _, y in at}) == 2

    def test_cells_are_26_high_3_apart_with_4_corners(self) -> None:
        svg = lxml_html.fromstring(drawn("x -> y", x=X, y=X)).find(".//svg")
        first, right, *_, below = svg.findall(".//rect")[:4]
        outline = 1
        assert int(first.get("height")) + outline == 26
        assert int(right.get("x")) - int(first.get("width")) - outline == 3
        assert int(below.get("y")) - 26 == 3
        assert first.get("rx") == "4"

    def test_cells_of_a_picture_are_one_size_as_wide_as_its_longest_number(self) -> None:
        short, long = tensor((1,), [1]), tensor((1,), [123456])
        narrow = set(re.findall(r'<rect[^>]* width="(\d+)"', drawn("x -> y", x=short, y=short)))
        wide = set(re.findall(r'<rect[^>]* width="(\d+)"', drawn("x -> y", x=short, y=long)))
        assert len(narrow) == len(wide) == 1
        assert int(wide.pop()) - int(narrow.pop()) == 4 * 8

    def test_an_svg_is_exactly_as_large_as_its_cells(self) -> None:
        svg = lxml_html.fromstring(drawn("x -> y", x=X, y=X)).find(".//svg")
        assert (svg.get("width"), svg.get("height")) == (str(3 * 33 + 2 * 3), str(2 * 26 + 3))
        assert svg.get("viewbox") == "-.5 -.5 105 55"

    @pytest.mark.parametrize(
        ("shape", "caption", "rows"),
        [((), "()", 1), ((6,), "(6,)", 1), ((2, 3), "(2, 3)", 2), ((6, 1), "(6, 1)", 6)],
    )
    def test_a_caption_is_the_name_and_the_size_as_pytorch_writes_it(
        self, shape: tuple[int, ...], caption: str, rows: int
    ) -> None:
        x = tensor(shape, range(math.prod(shape)))
        part = lxml_html.fromstring(drawn("x -> y", x=x, y=x)).find(".//div[@class='tensor']")
        assert part.findtext("b") == "x"
        assert part.find("b").tail == f" {caption}"
        assert len({text.get("y") for text in part.iter("text")}) == rows

    def test_a_name_is_written_as_the_program_writes_it(self) -> None:
        assert list(grids(drawn("变量_1 -> y", 变量_1=X, y=X))) == ["变量_1", "y"]

    def test_the_sheets_of_a_3d_tensor_stand_side_by_side_with_their_index(self) -> None:
        x = tensor((2, 1, 3), range(6))
        part = lxml_html.fromstring(drawn("x -> y", x=x, y=x)).find(".//div[@class='sheets']")
        assert [sheet.text for sheet in part] == ["[0]", "[1]"]
        assert [[t.text for t in sheet.iter("text")] for sheet in part] == [
            ["0", "1", "2"],
            ["3", "4", "5"],
        ]


class TestTheBlock:
    def glyphs(self, text: str) -> list[str]:
        names = dict.fromkeys(parse_drawing(text, PLACE).variable_names, X)
        terms = lxml_html.fromstring(drawn(text, **names)).iterfind(".//div[@class='term']")
        return [
            (term.findtext("div[@class='glyph']") or "") + term.findtext(".//b") for term in terms
        ]

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("x, y -> z", ["x", "y", "→z"]),
            ("x -> a, b", ["x", "→a", "b"]),
            ("a @ b -> c", ["a", "@b", "→c"]),
            ("a + b + c -> d", ["a", "+b", "+c", "→d"]),
            ("a - b -> c", ["a", "-b", "→c"]),
            ("a * b -> c", ["a", "×b", "→c"]),
            ("a / b -> c", ["a", "÷b", "→c"]),
        ],
    )
    def test_a_glyph_stands_before_its_tensor_and_wraps_with_it(
        self, text: str, shown: list[str]
    ) -> None:
        assert self.glyphs(text) == shown

    def test_it_is_one_image_with_one_label_and_hides_its_parts(self) -> None:
        figure = lxml_html.fromstring(drawn("x -> y", alt="两行变三行", x=X, y=X))
        assert (figure.tag, figure.get("role")) == ("figure", "img")
        assert figure.get("aria-label") == "两行变三行"
        assert [child.get("aria-hidden") for child in figure] == ["true"]

    def test_the_label_is_escaped(self) -> None:
        alt = "a < b & \"c\" 'd' <script>"
        block = drawn("x -> y", alt=alt, x=X, y=X)
        assert "<script>" not in block
        assert lxml_html.fromstring(block).get("aria-label") == alt

    def test_it_has_no_ids_no_styles_no_script_and_no_font(self) -> None:
        block = drawn("a @ b -> c", a=A, b=B, c=tensor((2, 2), [7, 8, 16, 17]))
        assert not re.search(r"\bid=|\bstyle=|<style|<script|font-family|\bon\w+=", block)

    def test_its_digits_stay_out_of_the_search_index(self) -> None:
        assert " data-search-exclude>" in drawn("x -> y", x=X, y=X).splitlines()[0]

    def test_a_grid_too_wide_for_a_phone_scrolls_in_reach_of_the_keyboard(self) -> None:
        long = tensor((12,), range(12)), tensor((13,), range(13))
        fits, scrolls = (lxml_html.fromstring(drawn("x -> y", x=x, y=x)) for x in long)
        assert (fits.get("tabindex"), fits.find(".//svg").get("class")) == (None, None)
        assert (scrolls.get("tabindex"), scrolls.find(".//svg").get("class")) == ("0", "wide")

    def test_markdown_leaves_it_alone(self) -> None:
        block = drawn("x, y -> z", alt="a\n\n*b* [0]", x=X, y=Y, z=CAT)
        text = f"# T\n\nbefore\n\n{block}\n\n*after*\n\n[0]: https://example.org\n"
        extensions = ["md_in_html", "attr_list", "tables", "toc", "pymdownx.superfences"]
        for page in (
            markdown.markdown(text, extensions=extensions),
            markdown.markdown(text),
            MarkdownIt("commonmark", {"html": True}).render(text),
        ):
            assert block in page
            assert "<em>after</em>" in page

    def test_it_has_no_blank_line_and_no_indentation(self) -> None:
        lines = drawn("x, y -> z", alt="a\n\n    b", x=X, y=Y, z=CAT).split("\n")
        assert all(line.startswith("<") for line in lines)

    @pytest.mark.parametrize("shape", [(8, 8), (4, 4, 4), (64,)])
    def test_the_biggest_weighs_at_most_2_kb(self, shape: tuple[int, ...]) -> None:
        x = tensor(shape, [-100 - 1.37 * n for n in range(64)], "float32")
        y = tensor(shape, [5000 + 1.73 * n for n in range(64)], "float32")
        products = [a * b for a, b in zip(x["values"], y["values"], strict=True)]
        z = tensor(shape, products, "float32")
        for text in ("x * y -> z", "x, y -> z"):
            assert len(gzip.compress(drawn(text, x=x, y=y, z=z).encode(), 9)) <= 2048


class TestTheStylesheet:
    def test_it_has_a_rule_for_each_class_of_a_picture(self) -> None:
        cube = tensor((8, 1, 8), range(64))
        block = drawn("x -> y", x=cube, y=tensor((64,), range(64)))
        classes = {
            name for names in re.findall(r'class="([^"]*)"', block) for name in names.split()
        }
        assert {f"hue-{n}" for n in range(1, len(HUE_COLORS) + 1)} <= classes
        rules = CSS.read_text(encoding="utf-8")
        assert [name for name in sorted(classes) if not re.search(rf"\.{name}\b", rules)] == []

    def test_its_light_hues_are_those_that_plots_are_drawn_in(self) -> None:
        found = re.findall(r"--asrun-hue-\d: (#\w+);", CSS.read_text(encoding="utf-8"))
        assert tuple(found[: len(HUE_COLORS)]) == HUE_COLORS

    @pytest.mark.parametrize(
        ("scheme", "paper", "ink"),
        [(0, "#ffffff", "#212121"), (1, "#1e2129", "#bfc1c7")],
        ids=["light", "dark"],
    )
    def test_numbers_and_lines_have_contrast_in_both_themes(
        self, scheme: int, paper: str, ink: str
    ) -> None:
        rules = CSS.read_text(encoding="utf-8")
        alpha = float(re.findall(r"--asrun-fill: ([\d.]+);", rules)[scheme])
        found = re.findall(r"--asrun-hue-\d: (#\w+);", rules)
        assert len(found) == 2 * len(HUE_COLORS)
        for hue in found[scheme * len(HUE_COLORS) :][: len(HUE_COLORS)]:
            pairs = zip(rgb(hue), rgb(paper), strict=True)
            cell = [alpha * a + (1 - alpha) * b for a, b in pairs]
            assert contrast(rgb(ink), cell) >= 4.5, f"text on {hue}"
            assert contrast(rgb(hue), rgb(paper)) >= 3, f"a line in {hue}"


def rgb(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(colour: Sequence[float]) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Sequence[float], b: Sequence[float]) -> float:
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)
