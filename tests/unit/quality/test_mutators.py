from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from asrun.pages.page import Page
from asrun_quality.mutators import (
    Mutant,
    break_links,
    drop_statements,
    increment_digits,
    increment_table_numbers,
    invert_operators,
    mutate_literals,
    remove_sections,
    rename_headings,
    replace_includes,
    swap_arguments,
)
from support.project import ROOT

ALL = (mutate_literals, invert_operators, drop_statements, swap_arguments)
PAGE = (
    "# 题\n\n## 甲 { #a }\n\n[去](b.md#x) [外](https://pytorch.org)\n\n### 子 { #c }\n\n"
    '```python\n--8<-- "a/one.py"\n```\n\n## 乙 { #b }\n\n| 数 | 3.14 |\n|---|---|\n| 无 | 12 |\n'
)


def changes(of: Callable[[str, str], Iterator[Mutant]], code: str) -> list[tuple[str, str]]:
    return [(mutant.before, mutant.after) for mutant in of("snippets/a/one.py", code)]


def page_mutants(of: Callable[[Page], Iterator[Mutant]]) -> list[Mutant]:
    return list(of(Page("docs/zh/x.md", "x.md", "zh", PAGE)))


@pytest.mark.parametrize(
    ("code", "was", "now"),
    [
        ("print(1)\n", "1", "2"),
        ("print(0.1)\n", "0.1", "0.2"),
        ("print(0.0)\n", "0.0", "1.0"),
        ("print(True)\n", "True", "False"),
        ("print('字', '')\n", "'字'", "'X字'"),
        ("print('字', '')\n", "''", "'X'"),
        ("print(b'x', r'''y''')\n", "r'''y'''", "r'''Xy'''"),
    ],
)
def test_a_literal_becomes_its_neighbour(code: str, was: str, now: str):
    assert (was, now) in changes(mutate_literals, code)


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    """Say 1."""\n    return None\n',
        "# zh: 1\n# en: 1\n",
        "x: 'int'\n",
        "print(f'text')\n",
    ],
)
def test_what_does_nothing_is_no_literal(code: str):
    assert changes(mutate_literals, code) == []


@pytest.mark.parametrize(
    ("code", "now"),
    [
        ("a + b\n", "a - b\n"),
        ("a @ b\n", "a * b\n"),
        ("a += b\n", "a -= b\n"),
        ("(a) / (  # 注 +\n  b)\n", "(a) * (  # 注 +\n  b)\n"),
        ("a < b\n", "a > b\n"),
        ("a not in b\n", "a in b\n"),
        ("a is b\n", "a is not b\n"),
        ("a and b\n", "a or b\n"),
        ("not a\n", "a\n"),
        ("print('字', a * b)\n", "print('字', a / b)\n"),
    ],
)
def test_an_operator_becomes_its_opposite(code: str, now: str):
    assert [mutant.text for mutant in invert_operators("x.py", code)] == [now]


def test_a_dropped_statement_leaves_pass_at_its_line():
    code = "def f(x):\n    x += (\n        1)\n    return x\n\n\nprint(f(2))\n"
    assert [mutant.line for mutant in drop_statements("x.py", code)] == [2, 4, 7]
    assert [mutant.text for mutant in drop_statements("x.py", code)][:2] == [
        "def f(x):\n    pass\n    return x\n\n\nprint(f(2))\n",
        "def f(x):\n    x += (\n        1)\n    pass\n\n\nprint(f(2))\n",
    ]


def test_neighbouring_positional_arguments_are_swapped():
    code = "f(a, (b, c), *rest, d=1)\n"
    assert changes(swap_arguments, code) == [("a, (b, c)", "(b, c), a")]


@pytest.mark.parametrize(
    "code",
    [
        *("f(a, a)\n", "f(*a, b)\n", "torch.equal(a, b)\n", "torch.broadcast_shapes(a, b)\n"),
        *("nn.functional.mse_loss(a, b)\n", "mse_loss(a, b)\n", "f(x).transpose(1, 2)\n"),
    ],
)
def test_a_swap_that_cannot_change_anything_is_not_made(code: str):
    assert changes(swap_arguments, code) == []


def test_what_only_looks_symmetric_is_swapped():
    for code in ("torch.transpose(x, 1)\n", "torch.allclose(a, b)\n", "x.permute(0, 1)\n"):
        assert len(list(swap_arguments("a.py", code))) == 1, code


def test_each_mutant_of_a_real_program_is_another_program_with_the_same_comments(project_snippets):
    made = 0
    for path, source in project_snippets:
        tree = ast.dump(ast.parse(source))
        comments = [line for line in source.splitlines() if line.lstrip().startswith("#")]
        for of in ALL:
            for mutant in of(path, source):
                made += 1
                assert ast.dump(ast.parse(mutant.text)) != tree, mutant
                assert [
                    line for line in mutant.text.splitlines() if line.lstrip().startswith("#")
                ] == comments, mutant
    assert made > 100


@pytest.fixture
def project_snippets() -> list[tuple[str, str]]:
    files = sorted((ROOT / "snippets" / "tensors").glob("*.py"))
    return [(file.name, file.read_text(encoding="utf-8")) for file in files[:20]]


def test_a_digit_of_a_record_becomes_the_next():
    found = list(increment_digits("snippets/a/one.out", "x 9\n10\n"))
    assert [(m.line, m.text) for m in found] == [
        (1, "x 0\n10\n"),
        (2, "x 9\n20\n"),
        (2, "x 9\n11\n"),
    ]


def test_a_section_is_removed_with_all_below_it():
    found = page_mutants(remove_sections)
    assert [mutant.before for mutant in found] == ["甲", "子", "乙"]
    assert found[0].text == PAGE[: PAGE.index("## 甲")] + PAGE[PAGE.index("## 乙") :]


def test_a_heading_is_renamed_in_title_and_id():
    found = page_mutants(rename_headings)
    assert "## 甲 2 { #a-2 }\n" in found[0].text
    assert len(found) == 3


def test_a_link_names_what_is_not_there():
    found = page_mutants(break_links)
    assert [mutant.after for mutant in found] == ["b.md#x-gone", "https://pytorch.org-gone"]


def test_an_include_becomes_python_written_by_hand():
    (mutant,) = page_mutants(replace_includes)
    assert "```python\nimport torch\n```" in mutant.text


def test_a_number_in_a_table_changes_and_no_other():
    found = page_mutants(increment_table_numbers)
    assert [(m.line, m.before, m.after) for m in found] == [(15, "3.14", "3.15"), (17, "12", "13")]
    assert "| 数 | 3.15 |\n" in found[0].text
