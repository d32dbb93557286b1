"""A made-up project of any size, with the real configuration and theme, to measure on.

Its programs differ from each other, and are checked and shown like any other. They import nothing:
a process with torch costs the same at any size, and would hide what grows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, cycle, islice
from pathlib import Path

from asrun.base.languages import LANGUAGES, MKDOCS_CONFIGS

PAGE_SIZES = (5, 6, 7, 8, 9, 10)  # snippets on a page, one page after the other
MAX_NAV_CHILDREN = 12  # pages in a chapter, chapters in a part: a navigation that people can read
FIXED_PAGES = ("index", "reference/api", "reference/snippets", "reference/glossary")
RAISING_INTERVAL = 10  # every tenth program ends in the exception that it declares
_PAGE_TEMPLATES = {
    "zh": """\
---
description: 第 {number} 页
---
# 第 {number} 页

**第 {number} 页的程序把数列加起来。** 和 `sum` 得到的一样，每一步都看得见。

{sections}| 项 | 值 |
|---|---|
| 0 | {number} |

上一页：[那里的第一个程序]({previous})。
""",
    "en": """\
---
description: Page {number}
---
# Page {number}

**The programs of page {number} add up a sequence.** As `sum` does, step by step.

{sections}| Term | Value |
|---|---|
| 0 | {number} |

The page before: [its first program]({previous}).
""",
}
_SECTION_TEMPLATES = {
    "zh": """\
## 程序 {number} {{ #program-{number} }}

先列出数，再逐个相加。第一项是 {number}，公差是 3，共 6 项，所以和是 `6 * {number} + 45`。

```python
--8<-- "{program}"
```

""",
    "en": """\
## Program {number} {{ #program-{number} }}

List the numbers, then add one by one. The first is {number}, the step is 3, there are 6, so the sum
is `6 * {number} + 45`.

```python
--8<-- "{program}"
```

""",
}
_PROGRAM = """\
# zh: 把从 {first} 起的六项加起来。
# en: Add up the six terms from {first}.


def terms(first, step, count):
    # zh: 第一项，加上前面的步数。
    # en: The first, and the steps so far.
    return [first + step * index for index in range(count)]


total = 0
for term in terms({first}, 3, 6):
    total += term
    print(f"{{term:>8}} {{total:>8}}")

# zh: 和公式一样。
# en: As the formula says.
print(total == 6 * {first} + 45)
"""


@dataclass(frozen=True)
class _SyntheticPage:
    """A page: its number, and the numbers of its snippets."""

    number: int
    snippets: tuple[int, ...]

    @property
    def folder(self) -> str:
        chapter = self.number // MAX_NAV_CHILDREN
        return f"part{chapter // MAX_NAV_CHILDREN}/chapter{chapter}"

    @property
    def uri(self) -> str:
        return f"{self.folder}/p{self.number}.md"


def write_synthetic_project(root: Path, folder: Path, snippet_count: int) -> None:
    """Write a project into a folder: pages of five to ten snippets, and the lists of all of them.

    Args:
        root: the project whose configuration, glossary and theme are used.
        folder: where it is written.
        snippet_count: how many snippets it has.
    """
    shutil.copytree(root / "docs/theme", folder / "docs/theme")
    for name in ("docs/glossary.toml", "pyproject.toml"):
        shutil.copy(root / name, folder / name)
    pages = list(_plan_pages(snippet_count))
    for page in pages:
        for number in page.snippets:
            _write_snippet(folder / "snippets" / page.folder, number)
    for language in LANGUAGES:
        pages_folder, config = folder / "docs" / language, MKDOCS_CONFIGS[language]
        settings = (root / config).read_text(encoding="utf-8").partition("\nnav:")[0]
        navigation = json.dumps(_build_navigation(pages))  # which is YAML too
        _write_text(folder / config, f"{settings}\nnav: {navigation}\n")
        for uri in FIXED_PAGES:
            _write_text(pages_folder / f"{uri}.md", _render_fixed_page(uri))
        for previous, page in zip([None, *pages], pages, strict=False):
            _write_text(pages_folder / page.uri, _render_page(page, previous, language))


def _plan_pages(snippet_count: int) -> Iterator[_SyntheticPage]:
    snippets = iter(range(snippet_count))
    for number, size in enumerate(cycle(PAGE_SIZES)):
        page_snippets = tuple(islice(snippets, size))
        if not page_snippets:
            return
        yield _SyntheticPage(number, page_snippets)


def _build_navigation(pages: Sequence[_SyntheticPage]) -> list[object]:
    """Return MkDocs' ``nav``: parts of chapters of pages, then the lists."""
    level: list[object] = [{f"Page {page.number}": page.uri} for page in pages]
    for name in ("Chapter", "Part"):
        groups = (level[i : i + MAX_NAV_CHILDREN] for i in range(0, len(level), MAX_NAV_CHILDREN))
        level = [{f"{name} {number}": group} for number, group in enumerate(groups)]
    return [*level, *({uri: f"{uri}.md"} for uri in FIXED_PAGES)]


def _render_fixed_page(uri: str) -> str:
    name = uri.rpartition("/")[2]
    data_list = "" if name == "index" else f"<!-- list: {name} -->\n"
    return f"---\ndescription: {name}\n---\n# {name}\n\n{data_list}"


def _render_page(page: _SyntheticPage, previous: _SyntheticPage | None, language: str) -> str:
    sections = (
        _SECTION_TEMPLATES[language].format(number=n, program=f"{page.folder}/s{n}.py")
        for n in page.snippets
    )
    link = f"{previous.uri}#program-{previous.snippets[0]}" if previous else "index.md"
    return _PAGE_TEMPLATES[language].format(
        number=page.number, sections="".join(sections), previous=f"../../{link}"
    )


def _write_snippet(folder: Path, number: int) -> None:
    """Write a program and its output."""
    terms = [number + 3 * step for step in range(6)]
    program = _PROGRAM.format(first=number)
    output = "".join(
        f"{term:>8} {total:>8}\n" for term, total in zip(terms, accumulate(terms), strict=True)
    )
    output += "True\n"
    if number % RAISING_INTERVAL == RAISING_INTERVAL - 1:
        message = f"no term after {terms[-1]}"
        program = f'# raises: ValueError\n{program}raise ValueError("{message}")\n'
        output += f"ValueError: {message}\n"
    _write_text(folder / f"s{number}.py", program)
    _write_text(folder / f"s{number}.out", output)


def _write_text(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
