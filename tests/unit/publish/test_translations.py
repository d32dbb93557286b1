"""The links between the languages of a page."""

from __future__ import annotations

import pytest

from asrun.publish.translations import list_translations, make_translation_url


@pytest.mark.parametrize(
    ("language", "path_to_root", "url", "expected_urls"),
    [
        ("zh", "../../", "a/b/", {"zh": "../../a/b/", "en": "../../en/a/b/"}),
        ("en", "../../", "a/b/", {"zh": "../../../a/b/", "en": "../../../en/a/b/"}),
        ("zh", "", "./", {"zh": "./", "en": "en/"}),
        ("en", "", "./", {"zh": "../", "en": "../en/"}),
        ("zh", "/p/", "", {"zh": "/p/", "en": "/p/en/"}),
    ],
    ids=["zh page", "en page", "zh home", "en home", "404"],
)
def test_each_language_of_a_page_has_its_relative_url(language, path_to_root, url, expected_urls):
    translations = list_translations(language, path_to_root, url)
    assert {entry.language: entry.url for entry in translations} == expected_urls
    assert [entry.name for entry in translations] == ["中文", "English"]
    assert all(entry.canonical_url == entry.url for entry in translations)


def test_where_the_site_has_an_address_search_engines_get_it_whole():
    zh, en = list_translations("en", "../../", "a/b/", "https://x.org/p/en/a/b/")
    assert zh.canonical_url == "https://x.org/p/a/b/"
    assert en.canonical_url == "https://x.org/p/en/a/b/"


def test_a_file_at_the_root_of_the_site_is_in_reach_from_both_languages():
    assert make_translation_url("zh", "../", "x.zip", "zh") == "../x.zip"
    assert make_translation_url("en", "../", "x.zip", "zh") == "../../x.zip"
