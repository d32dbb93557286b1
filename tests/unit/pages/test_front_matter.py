from __future__ import annotations

import pytest

from asrun.pages.front_matter import find_front_matter_problems
from asrun.pages.page import Page, parse_page


def find(front_matter: str | None, uri: str = "x.md") -> list[str]:
    source = "# T\n" if front_matter is None else f"---\n{front_matter}\n---\n# T\n"
    page = Page(f"docs/en/{uri}", uri, "en", source)
    return [str(problem) for problem in find_front_matter_problems(page, parse_page(page))]


@pytest.mark.parametrize(
    ("front_matter", "line", "says"),
    [
        ("description: view or reshape: which one to use", 2, "is no YAML: mapping values"),
        ("search:\n  boost: 2\ndescription: a: b", 4, "is no YAML"),
        ("description: `cat` joins", 2, "is no YAML"),
        ("description: [a", 3, "is no YAML"),
        ('description: "a', 3, "is no YAML"),
        ("description: @a", 2, "is no YAML"),
        ("description:\ta: b", 2, "is no YAML"),
        ("title: x", 1, "has no `description`"),
        ("description: 3.10", 2, "`description` is no text (`3.1`)"),
        ("description: On", 2, "`description` is no text (`True`)"),
        ("description: 2026-11-30", 2, "`description` is no text"),
        ("description:", 2, "`description` is no text"),
        ('description: " "', 2, "`description` is no text"),
        ("description: [a, b]", 2, "`description` is no text"),
        ("description: x\ntitle: No", 3, "`title` is no text"),
        ("description: the # sign", 2, "YAML cuts `description` at its `#`: it reads `the`"),
        ("description: x\ndescription: y", 3, "has `description` twice"),
        ("description: x\ndescriptions: y", 3, "`descriptions` is none that the site reads"),
        ("- a", 2, "has no keys"),
        ("words", 2, "has no keys"),
        ("", 2, "has no keys"),
    ],
)
def test_it_is_told_with_its_line(front_matter: str, line: int, says: str):
    messages = find(front_matter)
    assert any(m.startswith(f"docs/en/x.md:{line}: ") and says in m for m in messages), messages


@pytest.mark.parametrize(
    "front_matter",
    [
        "description: words",
        'description: "view or reshape: which one"',
        "description: C# and a:b",
        "description: 中文：两种写法",
        "description: 'x # y'\nsearch:\n  boost: 0.1",
        "description: >\n  two\n  lines",
    ],
)
def test_sound_front_matter_has_no_problem(front_matter: str):
    assert find(front_matter) == []


def test_a_page_without_front_matter_is_told():
    assert find(None)[0].startswith("docs/en/x.md:1: no front matter")


def test_a_lab_has_none():
    assert find(None, "labs/x.py") == []
