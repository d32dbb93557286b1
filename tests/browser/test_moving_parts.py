"""What scripts and styles of our own do on a page: lists that filter, figures in both schemes."""

from __future__ import annotations

import pytest

from support.browser import COPY_BUTTON, load_page, needs_browser, open_page, parse_rgb

pytestmark = needs_browser


@pytest.mark.parametrize(
    ("url", "words"), [("reference/snippets/", "permute"), ("en/reference/api/", "cat")]
)
def test_a_list_filters_as_one_types(browser, address, url, words):
    with open_page(browser) as page:
        load_page(page, address + url)
        before = page.locator(".filter tbody tr:visible").count()
        page.fill(".filter input", words)
        rows = page.locator(".filter tbody tr:visible").all_inner_texts()
        assert 0 < len(rows) < before
        assert all(words in row.lower() for row in rows)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_can_be_read_in_either_scheme(browser, address, scheme):
    """Ink is the text's own colour; it must stand out from what is behind it."""
    with open_page(browser, color_scheme=scheme) as page:
        load_page(page, f"{address}tensors/activations/")
        page.wait_for_selector(COPY_BUTTON, state="attached")
        ink, paper = page.evaluate(
            """() => {
              const text = document.querySelector("figure.plot svg text");
              return [getComputedStyle(text).fill, getComputedStyle(document.body).backgroundColor];
            }"""
        )
        ink_is_dark, paper_is_dark = (sum(parse_rgb(color)) < 384 for color in (ink, paper))
        assert ink_is_dark != paper_is_dark, (ink, paper)
