"""A lab: a longer, stepwise page, written as a jupytext percent file that also runs as a script.

Its code cells are the same in both languages; what explains them stands in Markdown cells.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from asrun.base.errors import LabError, Location
from asrun.pages.page import Page
from asrun.snippets.imports import analyze_imports

_CELL_MARKER = re.compile(r"# %%(?: \[(?P<kind>\w+)\])?(?P<rest>.*)$")
_FIGURE_COMMENT = re.compile(r"<!-- figure: (?P<alt>.+?) -->\s*", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A cell of a lab.

    Attributes:
        is_code: whether it holds code; else it holds Markdown.
        source: its text.
        line: the line of the lab that its text begins at.
    """

    is_code: bool
    source: str
    line: int

    @property
    def figure_alts(self) -> tuple[str, ...]:
        """The alt texts for the figures of the code cell below this Markdown cell."""
        return () if self.is_code else tuple(_FIGURE_COMMENT.findall(self.source))

    @property
    def prose(self) -> str:
        """The words of a Markdown cell, without alt texts."""
        return _FIGURE_COMMENT.sub("", self.source).strip()


@dataclass(frozen=True)
class Lab:
    """One lab in one language.

    Attributes:
        path: where the file lies in the project (``docs/en/labs/digits.py``).
        uri: the file in its language's folder (``labs/digits.py``), the same in both languages.
        language: whose words it has.
        source: the whole file.
        cells: its cells, in order.
        imported_modules: dotted names of the modules that it imports, but the standard library's.
    """

    path: str
    uri: str
    language: str
    source: str
    cells: tuple[Cell, ...]
    imported_modules: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.uri.rpartition("/")[2].removesuffix(".py")

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The code cells."""
        return tuple(cell for cell in self.cells if cell.is_code)

    def locate_line(self, line: int = 1) -> Location:
        """Return the location of one of its lines."""
        return Location(self.path, line)

    def find_figure_alts(self, number: int) -> tuple[str, ...]:
        """Return the alt texts for the figures of code cell ``number``, counted from 0."""
        cell = self.code_cells[number]
        preceding_cells = self.cells[: self.cells.index(cell)]
        return preceding_cells[-1].figure_alts if preceding_cells else ()

    @cached_property
    def prose_page(self) -> Page:
        """The Markdown cells as a page with the same line numbers, to be checked as one."""
        lines = [""] * (self.source.count("\n") + 1)
        for cell in self.cells:
            if not cell.is_code:
                for offset, line in enumerate(cell.source.splitlines()):
                    lines[cell.line - 1 + offset] = line
        return Page(self.path, self.uri, self.language, "\n".join(lines) + "\n")


def parse_lab(path: str, uri: str, language: str, source: str) -> Lab:
    """Parse a lab.

    Raises:
        LabError: if it does not begin with a Markdown cell, has cells of another kind, or code
            that is not Python.
    """
    lines = source.splitlines()
    markers = [
        (number, match)
        for number, line in enumerate(lines, 1)
        if (match := _CELL_MARKER.match(line))
    ]
    if not markers or markers[0][1]["kind"] != "markdown":
        raise LabError(
            Location(path),
            "it does not begin with a Markdown cell",
            "Begin with `# %% [markdown]`.",
        )
    for number, marker in markers:
        if marker["kind"] not in (None, "markdown") or marker["rest"].strip():
            raise LabError(
                Location(path, number),
                f"`{lines[number - 1]}` is no cell of ours",
                "Write `# %%` for code, `# %% [markdown]` for words, and nothing behind.",
            )
    import jupytext  # slow to import, and most projects have few labs or none

    notebook = jupytext.reads("\n".join(lines[markers[0][0] - 1 :]), fmt="py:percent")
    cells = tuple(
        Cell(cell.cell_type == "code", cell.source, number + 1)
        for cell, (number, _) in zip(notebook.cells, markers, strict=True)
    )
    modules = {module for cell in cells if cell.is_code for module in _find_modules(path, cell)}
    return Lab(path, uri, language, source, cells, tuple(sorted(modules)))


def _find_modules(path: str, cell: Cell) -> tuple[str, ...]:
    try:
        return analyze_imports(ast.parse(cell.source)).modules
    except SyntaxError as error:
        raise LabError(
            Location(path, cell.line + (error.lineno or 1) - 1),
            f"not Python: {error.msg}",
            "A lab also runs as a script: `python FILE` must run it.",
        ) from error


def find_code_differences(zh: Lab, en: Lab) -> list[LabError]:
    """Return the first difference between the code of a lab in both languages, if there is one."""
    for number, (zh_cell, en_cell) in enumerate(zip_longest(zh.code_cells, en.code_cells), 1):
        if zh_cell is None or en_cell is None or zh_cell.source != en_cell.source:
            lab, cell, counterpart = (zh, zh_cell, en) if zh_cell else (en, en_cell, zh)
            assert cell is not None
            return [
                LabError(
                    lab.locate_line(cell.line),
                    f"code cell {number} is not the one of {counterpart.path}",
                    "Code cells are the same in both languages; explain in Markdown cells.",
                )
            ]
    return []
