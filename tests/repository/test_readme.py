"""The README: both languages show the same, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re

import pytest

from support.project import ROOT

README_NAMES = ("README.md", "README.zh.md")


def read_readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def find_blocks(text: str) -> list[str]:
    """Return the commands, programs and outputs that a README shows."""
    return re.findall(r"^```(?:bash|python|text)\n.*?^```$", text, re.MULTILINE | re.DOTALL)


def test_both_languages_have_the_same_commands_programs_and_outputs():
    """pytest runs the program of README.md; this makes it that of the other one as well."""
    comment = re.compile(r" *#.*$", re.MULTILINE)
    en, zh = (
        [comment.sub("", block) for block in find_blocks(read_readme(name))]
        for name in README_NAMES
    )
    assert zh == en
    assert [block.partition("\n")[0] for block in en] == ["```bash"] * 2 + ["```python", "```text"]


@pytest.mark.parametrize("name", README_NAMES)
def test_every_command_is_a_target(name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    used = set(re.findall(r"(?:^|`)make ([a-z]+)", read_readme(name), re.MULTILINE))
    assert {"serve", "test", "slow", "speed"} <= used <= targets


@pytest.mark.parametrize("name", README_NAMES)
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)#]+)\)", read_readme(name)):
        assert re.match(r"https?:", target) or (ROOT / target).exists(), target
