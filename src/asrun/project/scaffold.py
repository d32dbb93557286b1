"""The scaffold: a new page, in both languages, with a program that ran, in the nav.

What it writes passes every check as it is. Comments in it, which readers of the site do not see,
say what to write where; `templates/` holds the texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from asrun.base.errors import Location, ProjectError, RunError
from asrun.base.files import PACKAGE_FOLDER, write_atomically
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
_TEMPLATES_FOLDER = PACKAGE_FOLDER / "project" / "templates"
_HOME_TITLES = {"zh": "首页", "en": "Home"}
_SECTION_TITLES = {"zh": "标题", "en": "Title"}


def create_page(root: Path, page: str, titles: Mapping[str, str | None] | None = None) -> list[str]:
    """Write a page's files, its program's output as it ran, and its nav entries.

    If the project keeps records of where programs were verified and of which sections say the same
    in both languages, the page is added to them. Nothing is written unless all of it can be.

    Args:
        root: the project's folder.
        page: ``chapter/name``; the files of both languages have this name.
        titles: the page's title by language; it is made of the name where there is none.

    Returns:
        The files written.

    Raises:
        ProjectError: for a name that is none, a chapter that does not exist, a page that does.
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
        nav = _read_chapter_nav(root, language, chapter, page)
        title = (titles or {}).get(language) or name.replace("-", " ").capitalize()
        neighbor = _find_neighbor(nav, chapter, uri)
        if (config_text := nav.insert_page(uri, title)) != nav.source:
            text_by_path[nav.path] = config_text
        text_by_path[f"docs/{language}/{uri}"] = Template(
            _read_template(f"page.{language}.md")
        ).substitute(
            title=title,
            page=page,
            snippet=snippet,
            neighbor=neighbor.title if neighbor else _HOME_TITLES[language],
            link=neighbor.uri.partition("/")[2] if neighbor and neighbor.uri else "../index.md",
        )
    program = parse_snippet(snippet, f"snippets/{snippet}", _read_template("program.py"))
    with Runner() as runner:
        run = collect_results([program], Cache(root / CACHE_FOLDER), runner)[program.name]
    if isinstance(run, RunError):
        raise run
    assert isinstance(run, Run)  # it needs nothing that a machine may lack
    text_by_path |= {program.path: program.source, program.out_path: run.output}
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


def _read_template(name: str) -> str:
    return (_TEMPLATES_FOLDER / f"{name}.template").read_text(encoding="utf-8")


def _check_name(page: str, chapter: str, name: str) -> None:
    if not (_NAME_PATTERN.fullmatch(chapter) and _NAME_PATTERN.fullmatch(name)):
        raise ProjectError(
            Location(f"docs/{LANGUAGES[0]}/{page}.md"),
            f"`{page}` is no name for a page",
            "Write `make new page=CHAPTER/NAME`, both of lower-case letters, digits and hyphens, "
            "such as `make new page=tensors/gather`.",
        )


def _read_chapter_nav(root: Path, language: str, chapter: str, page: str) -> Nav:
    """Return a language's nav.

    Raises:
        ProjectError: if it does not have the chapter.
    """
    nav = read_nav(root, language)
    if nav and nav.list_chapter_pages(chapter):
        return nav
    known_chapters = ", ".join(nav.list_chapters()) if nav else "none"
    title = _SECTION_TITLES[language]
    raise ProjectError(
        Location(MKDOCS_CONFIGS[language], nav.entries[-1].line if nav else 1),
        f"there is no chapter `{chapter}` (there is: {known_chapters})",
        "To begin one, add its section with this page to the `nav` of both configurations, "
        f"here `  - {title}:` and `      - {title}: {page}.md`; then run this again.",
    )


def _find_neighbor(nav: Nav, chapter: str, uri: str) -> NavEntry | None:
    """Return the page of the chapter that the new one comes after; None if it is the first."""
    other_pages = [
        entry
        for entry in nav.list_chapter_pages(chapter)
        if entry.uri not in (uri, f"{chapter}/summary.md")
    ]
    return other_pages[-1] if other_pages else None
