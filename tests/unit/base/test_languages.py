from __future__ import annotations

from asrun.base.languages import (
    LANGUAGES,
    MKDOCS_CONFIGS,
    get_other_language,
    get_path_to_site_root,
    get_url_root,
)
from asrun.base.messages import UI_MESSAGES


def test_each_language_is_the_others_other():
    assert [get_other_language(language) for language in LANGUAGES] == ["en", "zh"]


def test_chinese_is_at_the_root_of_the_site_and_english_below_it():
    assert [get_url_root(language) for language in LANGUAGES] == ["", "en/"]
    assert [get_path_to_site_root(language) for language in LANGUAGES] == ["", "../"]


def test_what_is_known_of_one_language_is_known_of_both():
    assert tuple(MKDOCS_CONFIGS) == tuple(UI_MESSAGES) == LANGUAGES
    zh, en = UI_MESSAGES.values()
    assert zh.keys() == en.keys()
