"""What a page says of itself to those who share it, and when it was last changed."""

from __future__ import annotations

import re

import pytest

from asrun.base.git import read_history
from support.site import LANGUAGE_FOLDERS, read_html, read_page_html


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_every_page_says_what_it_is_to_those_who_share_it(site, project, language):
    for page in project.get_pages(language):
        tree = read_page_html(site, page)
        properties = {
            meta.get("property"): meta.get("content") for meta in tree.xpath("//meta[@property]")
        }
        description = re.search(r"^description: (.+)$", page.source, re.MULTILINE)[1]
        assert properties["og:description"] == description
        assert properties["og:title"]
        assert properties["og:locale"] == ("en_US" if language == "en" else "zh_CN")


@pytest.mark.parametrize("path", ["404.html", "en/404.html"])
def test_the_page_for_what_is_not_there_speaks_both_languages(site, path):
    article = read_html(site / path).find_class("md-content__inner")[0]
    text = article.text_content()
    assert "这一页不在了" in text
    assert "Not here" in text
    assert article.xpath(".//a/@href") == ["/", "/en/"]


def test_every_page_that_was_committed_has_the_date_of_its_last_change(site, project):
    history = read_history(project.root)
    for page in project.pages:
        if page.path in history:
            (date,) = read_page_html(site, page).xpath("//p[@class='take-away']/time")
            assert date.text >= history[page.path].date
