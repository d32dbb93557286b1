"""What some reader of Markdown would not see as written is told at its line."""

from __future__ import annotations

import pytest

from asrun.pages.markdown_rules import find_markdown_problems
from asrun.pages.page import Page, parse_page

INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'


def indent(text: str, prefix: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in text.splitlines())


def find(source: str, uri: str = "x.md") -> list[str]:
    page = Page(f"docs/en/{uri}", uri, "en", source)
    return [str(problem) for problem in find_markdown_problems(page, parse_page(page))]


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        (f"!!! note\n\n{indent(INCLUDE, '    ')}", 3, "a fence in a box"),
        (f'!!! note "T"\n{indent(INCLUDE, "    ")}', 2, "a fence in a box"),
        (f"- a\n\n    !!! note\n\n{indent(INCLUDE, '        ')}", 5, "a fence in a box"),
        (f"??? note\n\n{indent(INCLUDE, '    ')}", 3, "a fence in a box"),
        ("??? note\n\n    words\n", 1, "`???` begins no box"),
        ("???+ note\n    words\n", 1, "`???+` begins no box"),
        ('=== "A"\n\n    words\n', 1, "`===` begins no box"),
        (indent(INCLUDE, "> "), 1, "a fence in a quotation"),
        (f"- a\n\n{indent(INCLUDE, '    > ')}", 3, "a fence in a quotation"),
        (f"<!--\n{INCLUDE}-->\n", 2, "a fence in an HTML comment"),
        (f"words\n\n<!-- x\n\n{INCLUDE}\n-->\n", 5, "a fence in an HTML comment"),
        (indent(INCLUDE, "    "), 1, "no fence to all readers"),
        (f"- a\n\n{indent(INCLUDE, '            ')}", 3, "no fence to all readers"),
        (f"- a\n\n{indent(INCLUDE, chr(9))}", 3, "a fence behind a tab"),
        ('--8<-- "a/one.py"\n', 1, "outside a fence of its own"),
        ('words --8<-- "a/one.py"\n', 1, "outside a fence of its own"),
        ('<!-- --8<-- "a/one.py" -->\n', 1, "outside a fence of its own"),
        ("words\n\n    print(1)\n", 3, "indented code"),
        ("a List<int>\n", 1, "raw HTML: `<int>`"),
        ("a\nb <your-file>\n", 2, "raw HTML: `<your-file>`"),
        ("a \\<int> b\n", 1, "raw HTML: `<int>`"),
        ("a <int\n", 1, "raw HTML"),
        ("<pre><samp>2</samp></pre>\n", 1, "raw HTML: `<pre>`"),
        ("<div markdown>\n\nwords\n\n</div>\n", 1, "raw HTML: `<div markdown>`"),
        ("## A <b>b</b> { #a }\n", 1, "raw HTML: `<b>`"),
        ("| a |\n| --- |\n| <br> |\n", 3, "raw HTML: `<br>`"),
        ("!!! note\n    a <samp>2</samp>\n", 2, "raw HTML: `<samp>`"),
        ('<a href="javascript:x()">x</a>\n', 1, "raw HTML"),
        ('<a href="//x.org">x</a>\n', 1, "raw HTML"),
        ("words\n![2](a.png)\n", 2, "a picture that no program drew (a.png)"),
        ("![2][a]\n\n[a]: a.png\n", 1, "a picture that no program drew (a.png)"),
        ("[![2](a.png)](b.md)\n", 1, "a picture that no program drew (a.png)"),
        (f"<!--pytest.mark.skip-->\n\n{INCLUDE}", 1, "a mark for pytest"),
        ("<!-- pytest-codeblocks:cont -->\n", 1, "a mark for pytest"),
        ("<!-- not run: x -->\n\nwords\n", 1, "marks nothing"),
        ("<!-- reported: https://x.org/1 -->\n\nwords\n", 1, "marks nothing"),
        ("words <!-- list: api -->\n", 1, "marks nothing"),
        ("words\n\na\u2028b\n", 3, "a character that breaks the line"),
        ("a\x0cb\n", 1, "a character that breaks the line"),
        ("a\x85b\n", 1, "a character that breaks the line"),
    ],
)
def test_it_is_told_at_its_line(source: str, line: int, says: str):
    messages = find(source)
    assert any(m.startswith(f"docs/en/x.md:{line}: ") and says in m for m in messages), messages


@pytest.mark.parametrize(
    "source",
    [
        f"---\ndescription: <x>\n---\n# T\n\n{INCLUDE}",
        f"1. a\n\n{indent(INCLUDE, '    ')}\n- b\n\n{indent(INCLUDE, '    ')}",
        "!!! note\n\n    words `<int>`\n\n    words\n\nwords\n",
        "the mark `--8<--`, `<int>`, &lt;int>, a < b, 1 <2, <https://x.org/a>\n",
        "<!-- a comment -->\n\n<!-- list: api -->\n",
        'see <a href="../../source.json">source.json</a>.\n',
        "| `<x>` | b |\n| --- | --- |\n| `a` | `<y>` |\n",
        "> words\n",
        "Title\n===\n",
        "````text\n<samp> ![x](y.png)\n!!! note\n```\n````\n",
        "<!-- not run: x -->\n```bash\nls\n```\n",
    ],
)
def test_what_all_readers_see_alike_is_no_problem(source: str):
    assert find(source) == []


@pytest.mark.parametrize("uri", ["README.md", "a/readme.md", "a/Readme.md"])
def test_a_page_named_readme_is_told(uri: str):
    assert "publishes a README as the index" in find("# T\n", uri)[0]
