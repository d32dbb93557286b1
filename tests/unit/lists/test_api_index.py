from __future__ import annotations

from asrun.lists.api_index import render_api_index, render_snippet_index
from asrun.lists.locations import SnippetLocations
from asrun.pages.page import Page
from asrun.snippets.snippet import parse_snippet


def snippet(name: str, code: str, summary: str = "Sum x[0]."):
    source = f"# zh: 摘要 x[0]。\n# en: {summary}\n{code}"
    return parse_snippet(f"a/{name}.py", f"snippets/a/{name}.py", source)


def rows(render, *snippets, language: str = "en") -> list[str]:
    page = Page(f"docs/{language}/reference/x.md", "reference/x.md", language, "# T\n")
    locations = SnippetLocations({one.name: "a/x.md#one" for one in snippets}, {})
    return [line for line, _ in render(page, snippets, locations) if line.startswith("| ")][1:]


def test_a_name_is_listed_with_its_documentation_and_the_programs_that_use_it():
    assert rows(render_api_index, snippet("one", "import torch\n\ntorch.cat\n")) == [
        "| [`torch.cat`](https://docs.pytorch.org/docs/stable/generated/torch.cat.html) "
        "| [`one`](../a/x.md#one) |"
    ]


def test_programs_that_are_about_a_name_come_first_and_not_all_are_listed():
    users = [snippet(f"user{n}", "import torch\n\ntorch.cat\ntorch.ones\n") for n in range(7)]
    about = snippet("about", "import torch\n\ntorch.cat\n", "What cat does.")
    (cat, *_) = rows(render_api_index, *users, about)
    links = cat.split(" | ")[1].split()
    assert links[:2] == ["[`about`](../a/x.md#one)", "[`user0`](../a/x.md#one)"]
    assert links[-2:] == ["+2", "|"]
    assert len(links) == 6 + 2


def test_a_program_is_listed_with_its_summary_as_it_stands():
    one = snippet("one", "import torch\n")
    assert rows(render_snippet_index, one) == ["| Sum x\\[0\\]. | [`one`](../a/x.md#one) |"]
    assert rows(render_snippet_index, one, language="zh") == [
        "| 摘要 x\\[0\\]。 | [`one`](../a/x.md#one) |"
    ]
