"""The HTML carries what the programs printed and drew, and says what was not run."""

from __future__ import annotations

import gzip
import re

import pytest

from asrun.execution.result import Run, Skipped
from support.site import list_snippets_of_page, read_page_html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_html_carries_the_real_outputs(checked, site, language):
    for page in checked.project.get_pages(language):
        text = read_page_html(site, page).text_content()
        for name in list_snippets_of_page(checked.project, page):
            result = checked.results[name]
            if isinstance(result, Run):
                assert result.output in text, f"{page.path} lacks the output of {name}"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "这段程序需要联网，这里没有运行。"),
        ("en", "This program needs the network. It was not run here."),
    ],
)
def test_a_page_says_which_program_needed_the_network(checked, site, language, words):
    needing = [name for name, run in checked.results.items() if run == Skipped("network")]
    pages = {
        page.path: page
        for name in needing
        for page in checked.project.group_pages_by_snippet()[name]
        if page.language == language
    }
    assert len(pages) == len(needing) > 0
    for page in pages.values():
        assert words in read_page_html(site, page).text_content()


def test_no_page_holds_an_inline_style_of_ours(site):
    """Figures use classes and presentation attributes: a security policy can forbid the rest."""
    for file in site.rglob("*.md"):
        assert " style=" not in file.read_text(encoding="utf-8"), file


def test_every_tensor_picture_is_light_and_speaks_its_pages_language(site):
    pictures = 0
    for file in site.rglob("*.md"):
        is_chinese = "en" not in file.relative_to(site).parts
        text = file.read_text(encoding="utf-8")
        for figure in re.findall(r'<figure class="tensor-picture".*?</figure>', text, re.DOTALL):
            pictures += 1
            assert len(gzip.compress(figure.encode())) <= 2048, file
            label = re.search(r'aria-label="([^"]+)"', figure)[1]
            assert bool(re.search("[\u4e00-\u9fff]", label)) == is_chinese, f"{file}: {label}"
    assert pictures > 0
