"""Mutants: each of one kind, each another program or page, each at its line."""

from __future__ import annotations

import ast

import pytest

from asrun import mutate
from asrun.page import Page

PROGRAM = """\
# zh: 一。
# en: One.
import torch

x = torch.full((2, 3), 4)
# (2, 3)
print(x + 1, x.shape == (2, 3), "sum", True)
"""
PAGE = """\
# Title

Words [there](other.md#part).

## First { #first }

```python
--8<-- "a/one.py"
```

## Second { #second }

| a | b |
|---|---|
| 12 | `x3` |
"""


def page() -> Page:
    return Page("docs/en/a/b.md", "a/b.md", "en", PAGE)


def made(of, text: str = PROGRAM) -> list[tuple[int, str, str]]:
    return [(m.line, m.was, m.now) for m in of("snippets/a/one.py", text)]


def test_a_literal_becomes_another_of_its_type():
    found = made(mutate.literals)
    assert (5, "4", "5") in found
    assert (7, '"sum"', '"Xsum"') in found
    assert (7, "True", "False") in found


def test_an_operator_becomes_its_opposite():
    assert made(mutate.operators) == [(7, "+", "-"), (7, "==", "!=")]


def test_a_statement_is_dropped():
    assert {line for line, _, now in made(mutate.dropped) if now == "pass"} == {3, 5, 7}


def test_two_neighbouring_arguments_are_swapped():
    assert (5, "(2, 3), 4", "4, (2, 3)") in made(mutate.swapped)


@pytest.mark.parametrize("of", [mutate.literals, mutate.operators, mutate.dropped, mutate.swapped])
def test_each_mutant_is_another_program(of):
    whole = ast.dump(ast.parse(PROGRAM))
    mutants = list(of("snippets/a/one.py", PROGRAM))
    assert mutants
    assert all(ast.dump(ast.parse(mutant.text)) != whole for mutant in mutants)


@pytest.mark.parametrize("of", [mutate.literals, mutate.dropped])
def test_comments_and_docstrings_are_left_alone(of):
    text = 'def f():\n    """Return 1."""\n    # 2\n'
    assert made(of, text) == []


def test_a_digit_of_a_record_becomes_the_next():
    found = [(m.line, m.text) for m in mutate.digits("snippets/a/one.out", "1\nx9\n")]
    assert found == [(1, "2\nx9\n"), (2, "1\nx0\n")]


def test_a_section_is_removed_with_all_below_it():
    first, second = mutate.sections(page())
    assert "## First" not in first.text and "--8<--" not in first.text
    assert "## Second" in first.text
    assert "## Second" not in second.text


def test_a_heading_gets_another_title_and_id():
    first, _ = mutate.headings(page())
    assert "## First 2 { #first-2 }\n" in first.text


def test_a_link_leads_to_what_is_not_there():
    (broken,) = mutate.links(page())
    assert "[there](other.md#part-gone)" in broken.text


def test_code_is_written_where_an_include_was():
    (typed,) = mutate.fences(page())
    assert "```python\nimport torch\n```" in typed.text


def test_a_number_in_a_table_is_changed():
    assert "| 13 | `x3` |\n" in next(iter(mutate.numbers(page()))).text
