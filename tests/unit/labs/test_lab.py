from __future__ import annotations

import pytest

from asrun.base.errors import LabError
from asrun.labs.lab import Lab, find_code_differences, parse_lab

TEXT = """\
# ---
# jupyter: {}
# ---

# %% [markdown]
# # Title
#
# Words.
#
# <!-- figure: A line. -->

# %%
x = 1
print(x)

# %%
print(x + 1)
"""


def lab(text: str = TEXT, language: str = "en") -> Lab:
    return parse_lab(f"docs/{language}/labs/x.py", "labs/x.py", language, text)


def test_cells_know_the_lines_they_begin_at():
    assert [(cell.is_code, cell.line) for cell in lab().cells] == [
        (False, 6),
        (True, 13),
        (True, 17),
    ]
    assert lab().code_cells[0].source == "x = 1\nprint(x)"


def test_the_texts_for_figures_stand_in_the_cell_above_and_are_no_prose():
    assert lab().find_figure_alts(0) == ("A line.",)
    assert lab().find_figure_alts(1) == ()
    assert lab().cells[0].prose == "# Title\n\nWords."


def test_its_words_are_a_page_with_the_same_line_numbers():
    lines = lab().prose_page.source.splitlines()
    assert lines[5] == "# Title"
    assert lines[7] == "Words."
    assert "print(x)" not in lines


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("print(1)\n", 1, "does not begin with a Markdown cell"),
        (TEXT.replace("# %%\nx", "# %% name\nx"), 12, "`# %% name` is no cell of ours"),
        (TEXT.replace("# %%\nx", "# %% [raw]\nx"), 12, "`# %% [raw]` is no cell of ours"),
        (TEXT.replace("print(x)", "print(x"), 14, "not Python: '(' was never closed"),
    ],
)
def test_another_format_is_refused_with_its_line(text, line, words):
    with pytest.raises(LabError) as caught:
        lab(text)
    assert str(caught.value).startswith(f"docs/en/labs/x.py:{line}: ")
    assert words in str(caught.value)


def test_words_may_differ_between_the_languages_and_code_may_not():
    zh = lab(TEXT.replace("Words.", "说明。"), "zh")
    assert find_code_differences(zh, lab()) == []
    (problem,) = find_code_differences(zh, lab(TEXT.replace("x + 1", "x + 2")))
    assert str(problem).startswith("docs/zh/labs/x.py:17: code cell 2 is not the one of docs/en/")


def test_a_cell_that_one_language_lacks_is_told_where_it_stands():
    (problem,) = find_code_differences(lab(TEXT.rpartition("# %%")[0], "zh"), lab())
    assert str(problem).startswith("docs/en/labs/x.py:17: code cell 2 is not the one of docs/zh/")
