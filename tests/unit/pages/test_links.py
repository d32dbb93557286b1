from __future__ import annotations

import pytest

from asrun.pages.links import find_link_targets


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[t](a.md) and [t](a.md)", ["a.md", "a.md"]),
        ("![t](a.svg)", ["a.svg"]),
        ("[![t](a.svg)](b.md)", ["a.svg", "b.md"]),
        ('[t](a.md "b.md")', ["a.md"]),
        ("[t](<a b.md>)", ["<a b.md>"]),
        ("[t](a(1).md)", ["a(1).md"]),
        ("[t][r] [r]\n\n[r]: a.md 'T'", ["a.md"]),
        ("[r]\n\n[r]:\n  <a.md>", ["<a.md>"]),
        ("# H [t](a.md) { #h }", ["a.md"]),
        ("- a\n  [t](a.md\n  'T')", ["a.md"]),
        ("> [t](a.md)", ["a.md"]),
        ("!!! note\n\n    [t](a.md)", ["a.md"]),
        (
            "| [t](a.md) | `x\\|y` [t](a.md) |\n| - | - |\n| z \\| [t](b.md) | |",
            ["a.md"] * 2 + ["b.md"],
        ),
        ("---\na: '[t](a.md)'\n---\n[t](b.md)", ["b.md"]),
        ("[a `]` b](c.md)", ["c.md"]),
        ("`[t](a.md)`", []),
        ("``[t](a.md) ` ``", []),
        ("\\[t](a.md)", []),
        ("<!-- [t](a.md) -->", []),
        ("```text\n[t](a.md)\n```", []),
        ("words\n\n    [t](a.md)", []),
        ("[t]() and [no]", []),
    ],
)
def test_targets_are_found_where_they_stand(text: str, found: list[str]):
    links = find_link_targets(text)
    assert [text[link.start : link.end] for link in links] == found
    assert [link.target for link in links] == [target.strip("<>") for target in found]
