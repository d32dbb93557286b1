from __future__ import annotations

import pytest

from asrun.pages.page import Page
from asrun.pages.rules import find_page_problems

INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'


def make_page(source: str, language: str = "en") -> Page:
    return Page(f"docs/{language}/x.md", "x.md", language, source)


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("# T\n\n```python\nprint(1)\n```\n", 3, "a Python block that no run has proven"),
        ("# T\n\n~~~python\nprint(1)\n~~~\n", 3, "a Python block that no run has proven"),
        ("# T\n\n```py\nprint(1)\n```\n", 3, "fence `py`"),
        ("# T\n\n```Python\nprint(1)\n```\n", 3, "fence `Python`"),
        ("# T\n\n``` {.python .x}\nprint(1)\n```\n", 3, "no run has proven"),
        ('# T\n\n```python title="x"\n--8<-- "a/one.py"\n```\n', 3, "no run has proven"),
        ("# T\n\n```pycon\n>>> 1\n```\n", 3, "no run has proven"),
        ("# T\n\n- a\n\n    ```python\n    print(1)\n    ```\n", 5, "no run has proven"),
        ('# T\n\n```text\n--8<-- "a/one.py"\n```\n', 3, "an include in a fence `text`"),
        ("# T\n\n## Bare\n", 3, "heading `Bare` has no id"),
        ("# T\n\n## A { #top }\n", 3, "the id `top` is that of the part above"),
        ("# T\n\n## A { #a }\n\n## B { #a }\n", 3, "the id `a` stands on more than one"),
        ("## A { #a }\n", 1, "not exactly one title"),
        ("# T\n\n```python\nprint(1)\n", 3, "never closed"),
    ],
)
def test_what_breaks_the_format_is_told_with_its_line(source: str, line: int, says: str):
    messages = [str(error) for error in find_page_problems(make_page(source))]
    assert any(m.startswith(f"docs/en/x.md:{line}: ") and says in m for m in messages), messages


def test_a_sound_page_has_no_problem():
    marked = "<!-- not run: needs a cluster -->\n```python\nx\n```\n"
    assert (
        find_page_problems(
            make_page(f"# T\n\n{INCLUDE}\n## A {{ #a }}\n\n{marked}\n```bash\nls\n```\n")
        )
        == []
    )
