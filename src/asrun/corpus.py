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

from asrun.nav import CONFIGS
from asrun.snippet import LANGUAGES

WIDEST = 12  # pages in a chapter, chapters in a part: a navigation that people can read
ON_A_PAGE = (5, 6, 7, 8, 9, 10)  # snippets, page by page
FURNITURE = ("index", "reference/api", "reference/snippets", "reference/glossary")

_WORDS = {
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
class _Page:
    """A page of a corpus: its number, where it is, the numbers of its snippets."""

    number: int
    folder: str
    snippets: tuple[int, ...]

    @property
    def uri(self) -> str:
        return f"{self.folder}/p{self.number}.md"


def write(root: Path, folder: Path, count: int) -> None:
    """Write a project of ``count`` snippets into a folder, with ``root``'s settings and theme.

    Five to ten snippets stand on a page, up to twelve pages in a chapter, twelve chapters in a
    part. The lists of all programs and names are there too.
    """
    pages = list(_pages(count))
    shutil.copytree(root / "docs/theme", folder / "docs/theme")
    for name in ("docs/glossary.toml", "pyproject.toml"):
        shutil.copy(root / name, folder / name)
    for page in pages:
        for number in page.snippets:
            _write_snippet(folder / "snippets" / page.folder, number)
    for language in LANGUAGES:
        settings, _, _ = (root / CONFIGS[language]).read_text(encoding="utf-8").partition("\nnav:")
        navigation = json.dumps(_navigation(pages, language))  # which is YAML too
        _write(folder / CONFIGS[language], f"{settings}\nnav: {navigation}\n")
        for uri in FURNITURE:
            _write(folder / "docs" / language / f"{uri}.md", _furniture(uri, language))
        for before, page in zip([None, *pages], pages, strict=False):
            _write(folder / "docs" / language / page.uri, _text(page, before, language))


def _pages(count: int) -> Iterator[_Page]:
    numbers = iter(range(count))
    number = 0
    while snippets := tuple(islice(numbers, ON_A_PAGE[number % len(ON_A_PAGE)])):
        chapter = number // WIDEST
        yield _Page(number, f"part{chapter // WIDEST}/chapter{chapter}", snippets)
        number += 1


def _navigation(pages: list[_Page], language: str) -> list[object]:
    words = _WORDS[language]
    parts: dict[str, dict[str, list[object]]] = {}
    for page in pages:
        part, chapter = page.folder.split("/")
        shown = parts.setdefault(part, {}).setdefault(chapter, [])
        shown.append({str(words["page"]).format(page.number): page.uri})
    navigation: list[object] = [{words["home"]: "index.md"}]
    for part, chapters in parts.items():
        inner = [
            {str(words["chapter"]).format(name.removeprefix("chapter")): shown}
            for name, shown in chapters.items()
        ]
        navigation.append({str(words["part"]).format(part.removeprefix("part")): inner})
    return [*navigation, *({uri: f"{uri}.md"} for uri in FURNITURE[1:])]


def _furniture(uri: str, language: str) -> str:
    name = uri.rpartition("/")[2]
    titles = _WORDS[language]["lists"]
    assert isinstance(titles, dict)
    listed = f"<!-- list: {name} -->\n" if name in titles else ""
    return f"---\ndescription: {name}\n---\n# {titles.get(name, 'PyTorch')}\n\n{listed}"


def _text(page: _Page, before: _Page | None, language: str) -> str:
    words = {name: word for name, word in _WORDS[language].items() if isinstance(word, str)}
    title = words["page"].format(page.number)
    lines = [f"---\ndescription: {title}\n---\n# {title}\n\n{words['answer'].format(page.number)}"]
    for number in page.snippets:
        lines += [
            f"## {words['section'].format(number)} {{ #program-{number} }}",
            words["prose"].format(number),
            f'```python\n--8<-- "{page.folder}/s{number}.py"\n```',
        ]
    rows = "\n".join(f"| {term} | {page.number + 3 * term} |" for term in range(4))
    lines.append(f"{words['head']}\n|---|---|\n{rows}")
    if before:
        link = f"../../{before.uri}#program-{before.snippets[0]}"
        lines.append(words["see"].format(link))
    return "\n\n".join(lines) + "\n"


def _write_snippet(folder: Path, number: int) -> None:
    """Write a program and what it prints; every tenth ends in the exception it declares."""
    terms = [number + 3 * step for step in range(6)]
    raises = number % 10 == 9
    lines = [
        *(["# raises: ValueError"] if raises else []),
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
        *([f'raise ValueError("no term after {terms[-1]}")'] if raises else []),
    ]
    out = [f"{term:>8} {sum(terms[: n + 1]):>8}" for n, term in enumerate(terms)]
    out += ["True", *([f"ValueError: no term after {terms[-1]}"] if raises else [])]
    _write(folder / f"s{number}.py", "".join(f"{line}\n" for line in lines))
    _write(folder / f"s{number}.out", "".join(f"{line}\n" for line in out))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
