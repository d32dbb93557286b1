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
from asrun.base.files import PACKAGE_FOLDER, change_files, write_atomically
from asrun.base.languages import LANGUAGES, MKDOCS_CONFIGS
from asrun.base.text import escape_title
from asrun.base.yaml import format_yaml_text
from asrun.execution.cache import CACHE_FOLDER, Cache, collect_results
from asrun.execution.result import Run
from asrun.execution.runner import Runner
from asrun.lists.glossary import find_discouraged_terms
from asrun.pages.page import Page
from asrun.pages.rules import find_page_problems
from asrun.project.nav import Nav, NavEntry, read_nav
from asrun.project.project import load_project
from asrun.project.titles import check_title, check_written_titles
from asrun.snippets.snippet import parse_snippet
from asrun.translation.declare import declare_in_sync
from asrun.translation.parity import compare_translations
from asrun.translation.sync_file import SYNC_FILE_PATH, format_sync_file
from asrun.verification.elsewhere import record_local_runs

_NAME_PATTERN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TEMPLATES_FOLDER = PACKAGE_FOLDER / "project" / "templates"
_HOME_TITLES = {"zh": "首页", "en": "Home"}
_DESCRIPTIONS = {
    "zh": "{}：一个完整的程序，和它打印的结果。",
    "en": "{}: a whole program, and what it prints.",
}
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
        ProjectError: for a name that is none, a chapter that does not exist, a page that does, a
            title that cannot stand as it is.
        RunError: if the program does not run here.
    """
    text_by_path = compose_page(root, page, titles or {})
    check_written_titles(root, text_by_path)
    _check_prose(root, page, text_by_path)
    snippet = make_snippet_name(page)
    program = parse_snippet(snippet, f"snippets/{snippet}", _read_template("program.py"))
    with Runner() as runner:
        run = collect_results([program], Cache(root / CACHE_FOLDER), runner)[program.name]
    if isinstance(run, RunError):
        raise run
    assert isinstance(run, Run)  # it needs nothing that a machine may lack
    text_by_path |= {program.path: program.source, program.out_path: run.output}
    change_files(root, text_by_path)
    project = load_project(root)
    if project.verification_record is not None:
        snippets = list(project.snippets.values())
        record_local_runs(root, snippets, project.expected_outputs, {program.name: run})
    if project.sync is not None:
        sync = declare_in_sync(project.sync, project.prose_pages, page)
        write_atomically(root / SYNC_FILE_PATH, format_sync_file(sync))
    return list(text_by_path)


def compose_page(root: Path, page: str, titles: Mapping[str, str | None]) -> dict[str, str]:
    """Return the texts of a new page in both languages, and of the configurations with it.

    Raises:
        ProjectError: as `create_page` does.
    """
    chapter, _, name = page.partition("/")
    check_page_name(page)
    uri, snippet = f"{page}.md", make_snippet_name(page)
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
        title = (titles.get(language) or "").strip() or name.replace("-", " ").capitalize()
        check_title(language, title)
        nav = read_chapter_nav(root, language, page)
        neighbor = _find_neighbor(nav, chapter, uri)
        if (config_text := nav.insert_page(uri, title)) != nav.source:
            text_by_path[nav.path] = config_text
        text_by_path[f"docs/{language}/{uri}"] = Template(
            _read_template(f"page.{language}.md")
        ).substitute(
            title=escape_title(title),
            description=format_yaml_text(_DESCRIPTIONS[language].format(title)),
            page=page,
            snippet=snippet,
            neighbor=escape_title(neighbor.title if neighbor else _HOME_TITLES[language]),
            link=neighbor.uri.partition("/")[2] if neighbor and neighbor.uri else "../index.md",
        )
    return text_by_path


def make_snippet_name(page: str) -> str:
    """Return the name of the snippet that a new page begins with."""
    return f"{page.replace('-', '_')}.py"


def _check_prose(root: Path, page: str, text_by_path: Mapping[str, str]) -> None:
    """Check the pages as the project's checks would, before they are written.

    Raises:
        AsrunError: for a title that they refuse, such as a term that the glossary discourages.
    """
    glossary = load_project(root).glossary
    zh, en = (
        Page(f"docs/{name}/{page}.md", f"{page}.md", name, text_by_path[f"docs/{name}/{page}.md"])
        for name in LANGUAGES
    )
    problems = [
        *(problem for each in (zh, en) for problem in find_page_problems(each)),
        *find_discouraged_terms(glossary, zh),
        *compare_translations(zh, en),
    ]
    if problems:
        raise problems[0]


def _read_template(name: str) -> str:
    return (_TEMPLATES_FOLDER / f"{name}.template").read_text(encoding="utf-8")


def check_page_name(page: str) -> None:
    """Check that a page is named ``chapter/name``.

    Raises:
        ProjectError: if it is not.
    """
    chapter, _, name = page.partition("/")
    if not (_NAME_PATTERN.fullmatch(chapter) and _NAME_PATTERN.fullmatch(name)):
        raise ProjectError(
            Location(f"docs/{LANGUAGES[0]}/{page}.md"),
            f"`{page}` is no name for a page",
            "Write `make new page=CHAPTER/NAME`, both of lower-case letters, digits and hyphens, "
            "such as `make new page=tensors/gather`.",
        )


def read_chapter_nav(root: Path, language: str, page: str) -> Nav:
    """Return a language's nav.

    Raises:
        ProjectError: if it does not have the chapter of the page.
    """
    chapter = page.partition("/")[0]
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
