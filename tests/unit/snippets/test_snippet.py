from __future__ import annotations

import pytest

from asrun.base.errors import FigureError, SnippetError
from asrun.snippets.snippet import parse_snippet

PAIR = "# zh: 加。\n# en: Adds.\n"


def parse(source: str):
    return parse_snippet("a/add.py", "snippets/a/add.py", source)


def read_message(source: str) -> str:
    with pytest.raises(SnippetError) as caught:
        parse(source)
    return str(caught.value)


def test_the_first_pair_is_the_summary():
    snippet = parse(PAIR + "# zh: 另一句。\n# en: Another.\nprint(1)\n")
    assert snippet.summary == {"zh": "加。", "en": "Adds."}


def test_directives_are_read_from_the_first_lines():
    snippet = parse(
        "# raises: RuntimeError\n# needs: cuda, network\n# runs: file\n# draw: x -> y\n"
        "# figure.zh: 图\n# figure.en: Picture\n" + PAIR + "x = 1\n"
    )
    assert snippet.expected_exception == "RuntimeError"
    assert snippet.needs == ("cuda", "network")
    assert snippet.as_file
    assert [(str(d.location), d.text) for d in snippet.drawings] == [
        ("snippets/a/add.py:4", "x -> y")
    ]
    assert snippet.drawn_names == ("x", "y")
    assert [(d.line, d.value) for d in snippet.get_alt_texts("zh")] == [(5, "图")]


def test_its_output_lies_beside_it():
    assert parse(PAIR + "print(1)\n").out_path == "snippets/a/add.out"


def test_a_neutral_comment_below_the_first_lines_may_hold_a_colon():
    assert parse(PAIR + "x = 1\n# shape: (2, 3)\nprint(x)\n").expected_exception is None


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("# flies: away\n" + PAIR + "print(1)\n", 1, "unknown directive `# flies:`"),
        (PAIR + "x = 1\n# raises: ValueError\n", 4, "below the first line of code"),
        (PAIR + "# raises: A\n# raises: B\nprint(1)\n", 4, "stands twice"),
        (PAIR + "# raises:\nprint(1)\n", 3, "says nothing"),
        ("# raises: not a type\n" + PAIR + "print(1)\n", 1, "names no exception type"),
        ("# needs: luck\n" + PAIR + "print(1)\n", 1, "`# needs: luck` is not known"),
        ("# runs: wild\n" + PAIR + "print(1)\n", 1, "`# runs: wild` is not known"),
        ("# figure.zh: 图\n" + PAIR + "print(1)\n", 1, "alt text stands in one language only"),
        ("print(1)\n", 1, "no summary"),
        (PAIR + "print(1\n", 3, "not a Python program"),
        (PAIR + "print(1)", 3, "no newline at the end"),
        (PAIR + "# zh: 单独。\nprint(1)\n", 3, "`zh` without its counterpart in `en`"),
    ],
)
def test_what_breaks_the_format_is_told_with_its_line(source: str, line: int, says: str):
    message = read_message(source)
    assert message.startswith(f"snippets/a/add.py:{line}: ")
    assert says in message


def test_a_drawing_that_is_none_is_told_with_its_line():
    with pytest.raises(FigureError) as caught:
        parse("# zh: 加。\n# en: Adds.\n# draw: x\n# figure.zh: 图\n# figure.en: P\nx = 1\n")
    assert str(caught.value).startswith("snippets/a/add.py:3: `# draw: x` has no arrow. ")


def test_modules_and_torch_names_are_part_of_a_snippet():
    snippet = parse(PAIR + "import json\nimport torch.nn as nn\n\nnn.Linear(1, 1)\n")
    assert snippet.imported_modules == ("torch.nn",)
    assert snippet.torch_names == ("torch.nn.Linear",)
