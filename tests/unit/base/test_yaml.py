from __future__ import annotations

import pytest
import yaml

from asrun.base.yaml import format_yaml_text, parse_yaml
from support.titles import HARD_TITLES, generate_titles


@pytest.mark.parametrize("title", HARD_TITLES)
def test_a_hard_title_is_text_as_a_key_and_as_a_value(title: str):
    written = format_yaml_text(title)
    assert yaml.safe_load(f"- {written}: x.md") == [{title: "x.md"}]
    assert yaml.safe_load(f"description: {written}\n") == {"description": title}


def test_any_title_is_text_as_a_key_and_as_a_value():
    for title in generate_titles(1000):
        written = format_yaml_text(title)
        assert yaml.safe_load(f"{written}: {written}\n") == {title: title}, title


@pytest.mark.parametrize("word", ["yes", "Y", "OFF", "Null", "1e3", "0o17", "nan", "12", "+1", "~"])
def test_words_that_some_reader_takes_for_no_text_are_quoted(word: str):
    assert format_yaml_text(word) == f'"{word}"'


@pytest.mark.parametrize(
    "text", ["torch.compile", "Joining (cat)", "一页看全本章", "自己写，再用：好"]
)
def test_ordinary_titles_stay_bare(text: str):
    assert format_yaml_text(text) == text


def test_what_is_no_yaml_is_told_in_one_line():
    with pytest.raises(ValueError, match="cannot start any token"):
        parse_yaml("@x")
