from __future__ import annotations

import pytest

from asrun.pages.page import ExpandedPage, Page
from asrun.pages.urls import make_markdown_path, make_markdown_site_path, rebase_links


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("index.md", "index.md"),
        ("a/b.md", "a/b/index.md"),
        ("a/index.md", "a/index.md"),
    ],
)
def test_the_markdown_copy_lies_beside_the_html(uri: str, path: str):
    assert make_markdown_path(uri) == path


def test_english_lies_below_en():
    assert make_markdown_site_path("zh", "a/b.md") == "a/b/index.md"
    assert make_markdown_site_path("en", "a/b.md") == "en/a/b/index.md"


@pytest.mark.parametrize(
    ("uri", "link", "rebased"),
    [
        ("a/b.md", "c.md", "../c/index.md"),
        ("a/b.md", "c.md#x", "../c/index.md#x"),
        ("a/b.md", "../index.md", "../../index.md"),
        ("index.md", "a/b.md", "a/b/index.md"),
        ("a/b.md", "https://x.org/y.md", "https://x.org/y.md"),
        ("a/b.md", "#here", "#here"),
        ("a/b.md", "pic.svg", "../pic.svg"),
    ],
)
def test_links_lead_from_where_the_markdown_copy_lies(uri: str, link: str, rebased: str):
    page = Page(f"docs/zh/{uri}", uri, "zh", "")
    assert rebase_links(page, ExpandedPage(f"[t]({link}) x\n", ())) == f"[t]({rebased}) x\n"


def test_what_looks_like_a_fence_inside_a_longer_one_does_not_end_it():
    page = Page("docs/zh/a/b.md", "a/b.md", "zh", "")
    text = "````text\n```\n[t](c.md)\n````\n[t](c.md)\n"
    rebased = "````text\n```\n[t](c.md)\n````\n[t](../c/index.md)\n"
    assert rebase_links(page, ExpandedPage(text, ())) == rebased


def test_code_is_left_alone():
    page = Page("docs/zh/a/b.md", "a/b.md", "zh", "")
    text = "```python\nx = f[0](c.md)\n```\n"
    assert rebase_links(page, ExpandedPage(text, ())) == text
