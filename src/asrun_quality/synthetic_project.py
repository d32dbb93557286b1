"""A corpus: a made-up project of any size, with the real configuration and theme, to measure on.

Its programs differ from each other, and are checked and shown like any other. They import nothing:
a fork with torch loaded costs what it costs at any size, and would hide what grows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from asrun.base.languages import LANGUAGES, MKDOCS_CONFIGS

MAX_NAV_CHILDREN = 12  # pages in a chapter, chapters in a part: a navigation that people can read
SNIPPETS_PER_PAGE = (5, 6, 7, 8, 9, 10)  # snippets, page by page
FIXED_PAGES = ("index", "reference/api", "reference/snippets", "reference/glossary")
_TEXT_TEMPLATES = {
    "zh": {
        "part": "第 {} 部",
        "chapter": "第 {} 章",
        "page": "第 {} 页",
        "answer": "**第 {0} 页的程序把数列加起来。** 和 `sum` 得到的一样，每一步都看得见。",
        "section": "程序 {0}",
        "prose": "先列出数，再逐个相加。第一项是 {0}，公差是 3，共 6 项，所以和是 `6 * {0} + 45`。",
        "head": "| 项 | 值 |",
        "see": "上一页：[那里的第一个程序]({0})。",
        "lists": {"api": "API 索引", "snippets": "程序索引", "glossary": "术语表"},
        "home": "首页",
    },
    "en": {
        "part": "Part {}",
        "chapter": "Chapter {}",
        "page": "Page {}",
        "answer": "**The programs of page {0} add up a sequence.** As `sum` does, step by step.",
        "section": "Program {0}",
        "prose": "List the numbers, then add one by one. The first is {0}, the step is 3, "
        "there are 6, so the sum is `6 * {0} + 45`.",
        "head": "| Term | Value |",
        "see": "The page before: [its first program]({0}).",
        "lists": {"api": "API index", "snippets": "Program index", "glossary": "Glossary"},
        "home": "Home",
    },
}


@dataclass(frozen=True)
class _SyntheticPage:
    """A page of a corpus: its number, where it is, the numbers of its snippets."""

    number: int
    folder: str
    snippet_numbers: tuple[int, ...]

    @property
    def uri(self) -> str:
        return f"{self.folder}/p{self.number}.md"


def write_synthetic_project(root: Path, folder: Path, snippet_count: int) -> None:
    """Write a project of ``count`` snippets into a folder, with ``root``'s settings and theme.

    Five to ten snippets stand on a page, up to twelve pages in a chapter, twelve chapters in a
    part. The lists of all programs and names are there too.
    """
    pages = list(_plan_pages(snippet_count))
    shutil.copytree(root / "docs/theme", folder / "docs/theme")
    for name in ("docs/glossary.toml", "pyproject.toml"):
        shutil.copy(root / name, folder / name)
    for page in pages:
        for number in page.snippet_numbers:
            _write_snippet(folder / "snippets" / page.folder, number)
    for language in LANGUAGES:
        settings, _, _ = (
            (root / MKDOCS_CONFIGS[language]).read_text(encoding="utf-8").partition("\nnav:")
        )
        navigation = json.dumps(_build_navigation(pages, language))  # which is YAML too
        _write_text(folder / MKDOCS_CONFIGS[language], f"{settings}\nnav: {navigation}\n")
        for uri in FIXED_PAGES:
            _write_text(folder / "docs" / language / f"{uri}.md", _render_fixed_page(uri, language))
        for previous, page in zip([None, *pages], pages, strict=False):
            _write_text(
                folder / "docs" / language / page.uri, _render_page(page, previous, language)
            )


def _plan_pages(snippet_count: int) -> Iterator[_SyntheticPage]:
    snippet_numbers = iter(range(snippet_count))
    page_number = 0
    while page_snippets := tuple(
        islice(snippet_numbers, SNIPPETS_PER_PAGE[page_number % len(SNIPPETS_PER_PAGE)])
    ):
        chapter = page_number // MAX_NAV_CHILDREN
        yield _SyntheticPage(
            page_number, f"part{chapter // MAX_NAV_CHILDREN}/chapter{chapter}", page_snippets
        )
        page_number += 1


def _build_navigation(pages: list[_SyntheticPage], language: str) -> list[object]:
    templates = _TEXT_TEMPLATES[language]
    chapters_by_part: dict[str, dict[str, list[object]]] = {}
    for page in pages:
        part_name, chapter = page.folder.split("/")
        chapter_pages = chapters_by_part.setdefault(part_name, {}).setdefault(chapter, [])
        chapter_pages.append({str(templates["page"]).format(page.number): page.uri})
    navigation: list[object] = [{templates["home"]: "index.md"}]
    for part_name, chapters in chapters_by_part.items():
        part_navigation = [
            {str(templates["chapter"]).format(name.removeprefix("chapter")): shown}
            for name, shown in chapters.items()
        ]
        navigation.append(
            {str(templates["part"]).format(part_name.removeprefix("part")): part_navigation}
        )
    return [*navigation, *({uri: f"{uri}.md"} for uri in FIXED_PAGES[1:])]


def _render_fixed_page(uri: str, language: str) -> str:
    name = uri.rpartition("/")[2]
    titles = _TEXT_TEMPLATES[language]["lists"]
    assert isinstance(titles, dict)
    list_mark = f"<!-- list: {name} -->\n" if name in titles else ""
    return f"---\ndescription: {name}\n---\n# {titles.get(name, 'PyTorch')}\n\n{list_mark}"


def _render_page(page: _SyntheticPage, previous: _SyntheticPage | None, language: str) -> str:
    templates = {
        name: template
        for name, template in _TEXT_TEMPLATES[language].items()
        if isinstance(template, str)
    }
    title = templates["page"].format(page.number)
    lines = [
        f"---\ndescription: {title}\n---\n# {title}\n\n{templates['answer'].format(page.number)}"
    ]
    for number in page.snippet_numbers:
        lines += [
            f"## {templates['section'].format(number)} {{ #program-{number} }}",
            templates["prose"].format(number),
            f'```python\n--8<-- "{page.folder}/s{number}.py"\n```',
        ]
    rows = "\n".join(f"| {term} | {page.number + 3 * term} |" for term in range(4))
    lines.append(f"{templates['head']}\n|---|---|\n{rows}")
    if previous:
        link = f"../../{previous.uri}#program-{previous.snippet_numbers[0]}"
        lines.append(templates["see"].format(link))
    return "\n\n".join(lines) + "\n"


def _write_snippet(folder: Path, number: int) -> None:
    """Write a program and what it prints; every tenth ends in the exception it declares."""
    terms = [number + 3 * step for step in range(6)]
    is_raising = number % 10 == 9
    lines = [
        *(["# raises: ValueError"] if is_raising else []),
        f"# zh: 把从 {number} 起的六项加起来。",
        f"# en: Add up the six terms from {number}.",
        "",
        "",
        "def terms(first, step, count):",
        "    # zh: 第一项，加上前面的步数。",
        "    # en: The first, and the steps so far.",
        "    return [first + step * index for index in range(count)]",
        "",
        "",
        "total = 0",
        f"for term in terms({number}, 3, 6):",
        "    total += term",
        '    print(f"{term:>8} {total:>8}")',
        "",
        "# zh: 和公式一样。",
        "# en: As the formula says.",
        f"print(total == 6 * {number} + 45)",
        *([f'raise ValueError("no term after {terms[-1]}")'] if is_raising else []),
    ]
    output_lines = [f"{term:>8} {sum(terms[: index + 1]):>8}" for index, term in enumerate(terms)]
    output_lines += ["True", *([f"ValueError: no term after {terms[-1]}"] if is_raising else [])]
    _write_text(folder / f"s{number}.py", "".join(f"{line}\n" for line in lines))
    _write_text(folder / f"s{number}.out", "".join(f"{line}\n" for line in output_lines))


def _write_text(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
