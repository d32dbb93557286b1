from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.lists.redirects import (
    Redirect,
    add_redirect,
    find_redirect_problems,
    format_redirects,
    parse_redirects,
)

PAGES = {"data/gather": {"index"}, "index": set()}


def add(redirects, *moves):
    for old, new in moves:
        redirects = add_redirect(redirects, old, new)
    return {redirect.address: redirect.target for redirect in redirects}


def tell(text: str) -> list[str]:
    return [str(error) for error in find_redirect_problems(parse_redirects(text), PAGES)]


def test_the_file_is_read_as_it_is_written():
    redirects = (Redirect("a/b", "c/d#e"), Redirect("x/y", None))
    text = format_redirects(reversed(redirects))
    assert text.endswith('"a/b" = "c/d#e"\n"x/y" = "none"\n')
    assert [(r.address, r.target, r.line) for r in parse_redirects(text)] == [
        ("a/b", "c/d#e", 3),
        ("x/y", None, 4),
    ]


@pytest.mark.parametrize(
    "line",
    [
        '"/a" = "b"',
        '"a b" = "c"',
        '"../a" = "b"',
        '"en/a" = "b"',
        '"a" = "https://x.org"',
        '"a" = "//x.org"',
        '"a" = "b\\" onload=\\"x"',
        '"a" = 1',
        '"a" = ""',
    ],
)
def test_what_is_no_address_is_refused_with_its_line(line: str):
    with pytest.raises(PageError, match=r"docs/redirects\.toml:2: .* no address of a page"):
        parse_redirects(f"# first\n{line}\n")


def test_sound_redirects_have_no_problem():
    assert tell('"a/b" = "data/gather#index"\n"c/d" = "index"\n"e/f" = "none"\n') == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('"a/b" = "c/d"\n', "leads to c/d, and there is no such page"),
        ('"a/b" = "data/gather#no"\n', "leads to no section of data/gather: no"),
        ('"data/gather" = "index"\n', "there is a page at the old address data/gather"),
        (
            '"a/b" = "c/d"\n"c/d" = "index"\n',
            'leads to c/d, which leads on to index. Write `"a/b" = "index"`',
        ),
        ('"a/b" = "c/d"\n"c/d" = "none"\n', "leads to c/d, which leads on to none"),
        ('"a/b" = "a/b"\n', "which leads on to a/b"),
    ],
)
def test_a_redirect_that_does_not_lead_to_a_page_is_told_with_its_line(text: str, says: str):
    (problem,) = tell(text)
    assert problem.startswith("docs/redirects.toml:1: ")
    assert says in problem


def test_a_page_that_moves_twice_leaves_no_chain():
    assert add((), ("a", "b"), ("b", "c")) == {"a": "c", "b": "c"}


def test_a_page_that_moves_back_is_no_longer_listed():
    assert add((), ("a", "b"), ("b", "a")) == {"b": "a"}


def test_a_page_that_goes_takes_those_with_it_that_led_to_it():
    assert add((), ("a", "b"), ("b", None)) == {"a": None, "b": None}
    assert add((), ("a", "b#x"), ("b", "c")) == {"a": "c#x", "b": "c"}
    assert add((), ("a", "b#x"), ("b", "c#y")) == {"a": "c#y", "b": "c#y"}
