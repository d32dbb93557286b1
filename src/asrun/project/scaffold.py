"""The scaffold: a new page, in both languages, with a program that ran, in the nav.

What it writes passes every check as it is; its comments, which readers do not see, say what to
write where.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from asrun.base.errors import Location, ProjectError, RunError
from asrun.base.files import write_atomically
from asrun.base.languages import LANGUAGES, MKDOCS_CONFIGS
from asrun.execution.cache import CACHE_FOLDER, Cache, collect_results
from asrun.execution.result import Run
from asrun.execution.runner import Runner
from asrun.project.nav import Nav, NavEntry, read_nav
from asrun.project.project import load_project
from asrun.snippets.snippet import parse_snippet
from asrun.translation.declare import declare_in_sync
from asrun.translation.sync_file import SYNC_FILE_PATH, format_sync_file
from asrun.verification.elsewhere import record_local_runs

_NAME_PATTERN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PROGRAM_TEMPLATE = """\
# zh: 张量带着三样东西：数、形状、数据类型。
# en: A tensor carries three things: numbers, a shape, a dtype.
import torch

x = torch.arange(6).reshape(2, 3)

print(x)
print(x.shape)
print(x.dtype)
"""
_PAGE_TEMPLATES = {
    "zh": """\
---
description: {title}：一个完整的程序，和它打印的结果。
---
# {title}

<!-- 开头就是答案：这一页回答一个问题，用一两句话说完，关键的半句用粗体。description 也照着改。 -->

一个张量带着三样东西：**数、形状、数据类型**。

## 打印出来看 {{ #print }}

<!-- 每个标题是一个论断或一件事，id 两种语言相同。程序写在 snippets/{snippet}，改完运行 make update only={page}。 -->

```python
--8<-- "{snippet}"
```

<!-- 为什么会这样、什么时候不该这样用、会报什么错：每件事配一个程序。数字和结论都要有程序或出处。 -->

## 另见 {{ #see-also }}

- [{other}]({link})
""",
    "en": """\
---
description: "{title}: a whole program, and what it prints."
---
# {title}

<!-- Begin with the answer: a page answers one question, in a sentence or two, the key phrase in bold. Write the description anew as well. -->

A tensor carries three things: **numbers, a shape and a dtype**.

## Print one and see {{ #print }}

<!-- A heading is a claim or a task; its id is the same in both languages. The program is snippets/{snippet}; after a change, run make update only={page}. -->

```python
--8<-- "{snippet}"
```

<!-- Why it is so, when not to use it, which error it raises: a program for each. Every figure and claim has a program or a source. -->

## See also {{ #see-also }}

- [{other}]({link})
""",
}


def create_page(root: Path, page: str, titles: Mapping[str, str | None] | None = None) -> list[str]:
    """Write a page's files, its program's output as it ran, and its nav entries.

    Where the project keeps them, also the records of where programs were proven and of which
    sections say the same in both languages.

    Nothing is written unless all of it can be.

    Args:
        root: the project's folder.
        page: ``chapter/name``; both languages' files have this name.
        titles: by language; without one, the name stands in for it.

    Returns:
        The files written.

    Raises:
        ProjectError: for a name that is none, a chapter that is not there, a page that is.
        RunError: if the program does not run here.
    """
    chapter, _, name = page.partition("/")
    _check_name(page, chapter, name)
    uri, snippet = f"{page}.md", f"{page.replace('-', '_')}.py"
    new_paths = [f"docs/{language}/{uri}" for language in LANGUAGES]
    new_paths += [f"snippets/{snippet}", f"snippets/{snippet.removesuffix('.py')}.out"]
    for path in new_paths:
        if (root / path).exists():
            raise ProjectError(
                Location(path),
                "is there already",
                f"Write in it, and run `make check only={page}`; or choose another name.",
            )
    text_by_path: dict[str, str] = {}
    for language in LANGUAGES:
        chapter_nav = _read_chapter_nav(root, language, chapter, page)
        title = (titles or {}).get(language) or name.replace("-", " ").capitalize()
        neighbor = _find_neighbor(chapter_nav, chapter, uri)
        if (config_text := chapter_nav.insert_page(uri, title)) != chapter_nav.source:
            text_by_path[chapter_nav.path] = config_text
        text_by_path[f"docs/{language}/{uri}"] = _PAGE_TEMPLATES[language].format(
            title=title,
            page=page,
            snippet=snippet,
            other=neighbor.title if neighbor else {"zh": "首页", "en": "Home"}[language],
            link=neighbor.uri.partition("/")[2] if neighbor and neighbor.uri else "../index.md",
        )
    program = parse_snippet(snippet, f"snippets/{snippet}", _PROGRAM_TEMPLATE)
    with Runner() as runner:
        run = collect_results([program], Cache(root / CACHE_FOLDER), runner)[program.name]
    if isinstance(run, RunError):
        raise run
    assert isinstance(run, Run)  # it needs nothing that a machine may lack
    text_by_path |= {program.path: _PROGRAM_TEMPLATE, program.out_path: run.output}
    for path, text in text_by_path.items():
        write_atomically(root / path, text)
    project = load_project(root)
    if project.verification_record is not None:
        snippets = list(project.snippets.values())
        record_local_runs(root, snippets, project.expected_outputs, {program.name: run})
    if project.sync is not None:
        sync = declare_in_sync(project.sync, project.prose_pages, page)
        write_atomically(root / SYNC_FILE_PATH, format_sync_file(sync))
    return list(text_by_path)


def _check_name(page: str, chapter: str, name: str) -> None:
    if not (_NAME_PATTERN.fullmatch(chapter) and _NAME_PATTERN.fullmatch(name)):
        raise ProjectError(
            Location(f"docs/{LANGUAGES[0]}/{page}.md"),
            f"`{page}` is no name for a page",
            "Write `make new page=CHAPTER/NAME`, both of lower-case letters, digits and hyphens, "
            "such as `make new page=tensors/gather`.",
        )


def _read_chapter_nav(root: Path, language: str, chapter: str, page: str) -> Nav:
    """Return a language's nav, which has the chapter."""
    chapter_nav = read_nav(root, language)
    if chapter_nav is None or not chapter_nav.list_chapter_pages(chapter):
        known_chapters = ", ".join(chapter_nav.list_chapters()) if chapter_nav else "none"
        path = MKDOCS_CONFIGS[language]
        title = {"zh": "标题", "en": "Title"}[language]
        raise ProjectError(
            Location(path, chapter_nav.entries[-1].line if chapter_nav else 1),
            f"there is no chapter `{chapter}` (there is: {known_chapters})",
            f"To begin one, add its section with this page to the `nav` of both configurations, "
            f"here `  - {title}:` and `      - {title}: {page}.md`; then run this again.",
        )
    return chapter_nav


def _find_neighbor(chapter_nav: Nav, chapter: str, uri: str) -> NavEntry | None:
    """Return another page of the chapter: the one that the new one comes after."""
    other_pages = [
        e
        for e in chapter_nav.list_chapter_pages(chapter)
        if e.uri not in (uri, f"{chapter}/summary.md")
    ]
    return other_pages[-1] if other_pages else None
