"""YAML: texts written so that every reader of YAML takes them for text, and read again."""

from __future__ import annotations

import re
from typing import Any

import yaml

# Begins with a letter and holds nothing that YAML gives a meaning anywhere.
_PLAIN_TEXT = re.compile(r"[^\W\d_](?:[\w .,;()/+。，、；：？！（）《》“”-]*[\w.)+。？！）》”])?")
# YAML 1.1 and 1.2 and their readers differ in which words are no text: none of them stays bare.
_WORDS_THAT_ARE_NO_TEXT = re.compile(
    "y|n|t|f|yes|no|on|off|true|false|null|none|nil|nan|inf|infinity", re.IGNORECASE
)


def format_yaml_text(text: str) -> str:
    """Return a text of one line as YAML: bare where no reader can mistake it, else in quotes.

    Quoted text has no escapes but a doubled ``'``, so that people and other tools can read it.
    """
    if _PLAIN_TEXT.fullmatch(text) and not _WORDS_THAT_ARE_NO_TEXT.fullmatch(text):
        return text
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def parse_yaml(text: str) -> Any:
    """Return what a text of YAML says; tags are refused.

    Raises:
        ValueError: for what is not YAML, with the reason in one line.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ValueError(problem) from error
