from __future__ import annotations

import pytest

from asrun.base.errors import Location, PageError
from asrun.pages.page import (
    CODE_SPAN_OR_LINK_TARGET_PATTERN,
    CODE_SPAN_PATTERN,
    DataList,
    ExpandedPage,
    Fence,
    FrontMatter,
    Page,
    PageStructure,
    Prose,
    list_includes,
    parse_page,
    parse_page_or_empty,
)

INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'
UNCLOSED = "# T\n\n```python\nprint(1)\n"


def make_page(source: str, language: str = "en") -> Page:
    return Page(f"docs/{language}/x.md", "x.md", language, source)


def test_a_structure_holds_headings_links_and_includes():
    source = "---\na: '# no'\n---\n# T\n\n## H `x` { #h }\n\n[l](b.md#c) `[n](o.md)`\n\n"
    structure = parse_page(make_page(source + INCLUDE))
    assert [(h.level, h.title, h.id) for h in structure.headings] == [
        (1, "T", None),
        (2, "H `x`", "h"),
    ]
    assert [(link.line, link.target) for link in structure.links] == [(8, "b.md#c")]
    assert structure.snippet_names == ("a/one.py",)


def test_the_parts_are_all_lines_of_a_page_in_order():
    source = (
        f"---\na: b\n---\n# T\n\n{INCLUDE}\n<!-- list: api -->\n\n"
        "<!-- not run: why -->\n\n```sh\nx\n```\n"
    )
    parts = parse_page(make_page(source)).parts
    assert [(type(part), part.line) for part in parts] == [
        (FrontMatter, 1),
        (Prose, 4),
        (Fence, 6),
        (Prose, 9),
        (DataList, 10),
        (Prose, 11),
        (Fence, 14),
    ]
    assert [line for part in parts for line in part.lines] == source.splitlines()
    *_, last = parts
    assert isinstance(last, Fence)
    assert (last.info, last.body, last.not_run_reason) == ("sh", ("x",), "why")
    assert last.line_numbers == range(14, 17)


def test_what_looks_like_a_part_inside_a_fence_is_none():
    source = "````text\n# H\n<!-- list: api -->\n```python\nx\n```\n[a](b.md)\n````\n"
    structure = parse_page(make_page(source))
    (fence,) = structure.parts
    assert isinstance(fence, Fence)
    assert len(fence.body) == 6
    assert (structure.headings, structure.links, structure.lists) == ((), (), ())


def test_a_fence_in_a_list_item_has_its_indent_apart():
    (fence,) = parse_page(make_page("- a\n\n    ```sh\n    ls\n      -l\n    ```\n")).fences
    assert (fence.indent, fence.body) == ("    ", ("ls", "  -l"))


def test_three_backticks_may_begin_a_code_span():
    assert parse_page(make_page("```x``` is code\n")).fences == ()


def test_a_page_is_parsed_once():
    once = make_page(INCLUDE)
    assert parse_page(once) is parse_page(once)


def test_a_fence_that_is_never_closed_is_told_with_its_line():
    with pytest.raises(PageError, match=r"docs/en/x\.md:3: a fence that is never closed"):
        parse_page(make_page(UNCLOSED))
    assert parse_page_or_empty(make_page(UNCLOSED)) == PageStructure()
    assert list_includes(make_page(UNCLOSED)) == []


def test_an_include_is_found_on_the_line_that_names_its_snippet():
    assert list_includes(make_page(f"# T\n\n{INCLUDE}")) == [(4, "a/one.py")]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("`a` and `b`", ["`a`", "`b`"]),
        ("`` a ` b ``", ["`` a ` b ``"]),
        ("`a`` no ` end", ["`a`` no `"]),
        ("no span", []),
    ],
)
def test_a_code_span_ends_with_as_many_backticks_as_it_begins_with(text: str, spans: list[str]):
    assert [match[0] for match in CODE_SPAN_PATTERN.finditer(text)] == spans


def test_link_targets_are_told_from_code():
    text = "`[a](b)` [c](d.md)"
    without_targets = CODE_SPAN_OR_LINK_TARGET_PATTERN.sub(
        lambda match: match["code"] or "](", text
    )
    assert without_targets == "`[a](b)` [c]()"


def test_an_expanded_page_has_a_location_for_each_line():
    expanded = ExpandedPage.from_lines([("a", Location("x", 1)), ("", Location("y", 2))])
    assert expanded == ExpandedPage("a\n\n", (Location("x", 1), Location("y", 2)))
