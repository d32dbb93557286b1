"""The programs of the differential test: what is written down in ``programs/``, and what is drawn.

Each file of that folder is one kind. A program begins with a line ``=== name``, followed by its
options, an empty line and its code::

    === atexit_uses_a_global
    from: cpython#149394 family; bugs.md 6
    raises: ValueError

    import atexit
    …

Options: ``from``, where the idea comes from (needed); ``raises`` and ``runs``, the directives of a
snippet; ``figures``, how many it shows; ``varies``, why no two runs of it print the same, so that
it must be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from asrun.snippets.snippet import Snippet, parse_snippet
from support.project import SUMMARY

PROGRAMS_FOLDER = Path(__file__).parent / "programs"
KNOWN_OPTIONS = {"from", "raises", "runs", "figures", "varies"}


@dataclass(frozen=True)
class Program:
    """One program, what it declares, and where its idea comes from."""

    kind: str
    name: str
    idea: str
    code: str
    expected_exception: str | None = None
    as_file: bool = False
    figures: int = 0
    varies: str | None = None

    @property
    def path(self) -> str:
        """Its name on a page: ``kind/name.py``."""
        return f"{self.kind}/{self.name}.py"

    @property
    def is_heavy(self) -> bool:
        """Whether it imports what takes a second or more."""
        return re.search(r"torch|matplotlib|pylab|numpy", self.code) is not None

    @property
    def ends_by_exit(self) -> bool:
        """Whether it declares a SystemExit, of which Python shows no traceback."""
        name = self.expected_exception
        return name == "SystemExit" or f"class {name}(SystemExit)" in self.code

    @cached_property
    def source(self) -> str:
        """The whole file: directives, summary, code. A reader and the engine run the same bytes."""
        directives = {"raises": self.expected_exception, "runs": "file" if self.as_file else None}
        header = "".join(f"# {name}: {value}\n" for name, value in directives.items() if value)
        alt_texts = "# figure.zh: 图。\n# figure.en: Figure.\n" * self.figures
        return header + alt_texts + SUMMARY + self.code

    def parse(self) -> Snippet:
        """Return it as the engine reads it."""
        return parse_snippet(self.path, f"snippets/{self.path}", self.source)


def read_programs() -> list[Program]:
    """Return all written programs, by kind, in the order of their files."""
    return [
        program
        for file in sorted(PROGRAMS_FOLDER.glob("*.txt"))
        for program in parse_programs(file.stem, file.read_text(encoding="utf-8"))
    ]


def parse_programs(kind: str, text: str) -> Iterator[Program]:
    """Yield the programs of one file."""
    names = set()
    for section in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, code = section.partition("\n\n")
        name, *lines = head.splitlines()
        options = dict(line.split(": ", 1) for line in lines)
        assert name not in names, f"{kind}: two programs are called {name}"
        assert "from" in options, f"{kind}/{name} does not say where its idea comes from"
        assert options.keys() <= KNOWN_OPTIONS, f"{kind}/{name}: {options.keys() - KNOWN_OPTIONS}"
        names.add(name)
        yield Program(
            kind=kind,
            name=name,
            idea=options["from"],
            code=code.strip("\n") + "\n",
            expected_exception=options.get("raises"),
            as_file=options.get("runs") == "file",
            figures=int(options.get("figures", "0")),
            varies=options.get("varies"),
        )
