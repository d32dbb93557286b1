"""The scaffold: a new page, in both languages, with a program that ran, in the nav.

What it writes passes every check as it is; its comments, which readers do not see, say what to
write where.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from asrun import freshness, nav, verify
from asrun.errors import Place, ProjectError, RunError
from asrun.judge import Run
from asrun.key import run_key
from asrun.nav import Entry, Nav
from asrun.project import load
from asrun.record import CACHE, Cache, write_whole
from asrun.runner import Runner
from asrun.snippet import LANGUAGES, parse

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

_PROGRAM = """\
# zh: 张量带着三样东西：数、形状、数据类型。
# en: A tensor carries three things: numbers, a shape, a dtype.
import torch

x = torch.arange(6).reshape(2, 3)

print(x)
print(x.shape)
print(x.dtype)
"""

_PAGES = {
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


def new(root: Path, page: str, titles: Mapping[str, str | None] | None = None) -> list[str]:
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
    wanted = [f"docs/{language}/{uri}" for language in LANGUAGES]
    wanted += [f"snippets/{snippet}", f"snippets/{snippet.removesuffix('.py')}.out"]
    for path in wanted:
        if (root / path).exists():
            raise ProjectError(
                Place(path),
                "is there already",
                f"Write in it, and run `make check only={page}`; or choose another name.",
            )
    files: dict[str, str] = {}
    for language in LANGUAGES:
        found = _nav(root, language, chapter, page)
        title = (titles or {}).get(language) or name.replace("-", " ").capitalize()
        near = _near(found, chapter, uri)
        if (longer := found.with_page(uri, title)) != found.source:
            files[found.path] = longer
        files[f"docs/{language}/{uri}"] = _PAGES[language].format(
            title=title,
            page=page,
            snippet=snippet,
            other=near.title if near else {"zh": "首页", "en": "Home"}[language],
            link=near.uri.partition("/")[2] if near and near.uri else "../index.md",
        )
    program = parse(snippet, f"snippets/{snippet}", _PROGRAM)
    with Runner() as runner:
        run = runner.run(program)
    if isinstance(run, RunError):
        raise run
    assert isinstance(run, Run)  # it needs nothing that a machine may lack
    files |= {program.path: _PROGRAM, program.out_path: run.output}
    for path, text in files.items():
        write_whole(root / path, text)
    if key := run_key(program):
        Cache(root / CACHE).store(key, run)
    project = load(root)
    if project.verified is not None:
        verify.keep(root, project.snippets.values(), {program.name: run})
    if project.sync is not None:
        sync = freshness.declare(project.sync, project.words, page)
        write_whole(root / freshness.PATH, freshness.written(sync))
    return list(files)


def _check_name(page: str, chapter: str, name: str) -> None:
    if not (_NAME.fullmatch(chapter) and _NAME.fullmatch(name)):
        raise ProjectError(
            Place(f"docs/{LANGUAGES[0]}/{page}.md"),
            f"`{page}` is no name for a page",
            "Write `make new page=CHAPTER/NAME`, both of lower-case letters, digits and hyphens, "
            "such as `make new page=tensors/gather`.",
        )


def _nav(root: Path, language: str, chapter: str, page: str) -> Nav:
    """Return a language's nav, which has the chapter."""
    found = nav.read(root, language)
    if found is None or not found.chapter(chapter):
        known = ", ".join(found.chapters()) if found else "none"
        path = nav.CONFIGS[language]
        title = {"zh": "标题", "en": "Title"}[language]
        raise ProjectError(
            Place(path, found.entries[-1].line if found else 1),
            f"there is no chapter `{chapter}` (there is: {known})",
            f"To begin one, add its section with this page to the `nav` of both configurations, "
            f"here `  - {title}:` and `      - {title}: {page}.md`; then run this again.",
        )
    return found


def _near(found: Nav, chapter: str, uri: str) -> Entry | None:
    """Return another page of the chapter: the one that the new one comes after."""
    others = [e for e in found.chapter(chapter) if e.uri not in (uri, f"{chapter}/summary.md")]
    return others[-1] if others else None
