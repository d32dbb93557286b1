"""The built site as its readers have it: where each page lies, and what it has to show."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import lxml.html

from asrun.execution.result import Run
from asrun.labs.lab import Lab
from asrun.pages.page import Page
from asrun.pages.urls import make_markdown_site_path
from asrun.project.project import Project
from asrun.project.runs import CheckedProject
from asrun.publish.offline import ARCHIVE_NAME
from support.project import ROOT

SITE = ROOT / "site"
LANGUAGE_FOLDERS = {"zh": "", "en": "en/"}  # from the site's root


def list_published_pages(project: Project, language: str) -> list[Page | Lab]:
    """Return the pages and the labs of a language."""
    labs = [lab for lab in project.labs if lab.language == language]
    return [*project.get_pages(language), *labs]


def get_page_url(page: Page | Lab) -> str:
    """Return where a page or a lab is read, from the site's root."""
    return get_twin_path(page).removesuffix("index.md")


def get_twin_path(page: Page | Lab) -> str:
    """Return where the Markdown of a page or a lab is published, from the site's root."""
    return make_markdown_site_path(page.language, page.uri)


def read_html(file: Path) -> lxml.html.HtmlElement:
    """Parse an HTML file as a browser does that is told that it is UTF-8."""
    return lxml.html.parse(str(file), lxml.html.HTMLParser(encoding="utf-8")).getroot()


def read_page_html(site: Path, page: Page | Lab) -> lxml.html.HtmlElement:
    """Parse the HTML of a page or a lab."""
    return read_html(site / get_page_url(page) / "index.html")


def list_snippets_of_page(project: Project, page: Page) -> list[str]:
    """Return the names of the snippets that a page includes."""
    return [name for name, pages in project.group_pages_by_snippet().items() if page in pages]


def list_shown_lines(checked: CheckedProject, page: Page | Lab) -> list[str]:
    """Return every line of program and output that a page or a lab shows."""
    lines: list[str] = []
    if isinstance(page, Lab):
        for cell, run in zip(page.code_cells, checked.labs[page.path], strict=True):
            lines += [*cell.source.splitlines(), *run.output.splitlines()]
        return lines
    for name in list_snippets_of_page(checked.project, page):
        snippet = checked.project.snippets[name]
        lines += snippet.localize(page.language).text.splitlines()
        if isinstance(result := checked.results[name], Run):
            lines += result.output.splitlines()
    return lines


def copy_twins(site: Path, folder: Path) -> Path:
    """Copy the Markdown of all pages, as a reader would take it, and return the folder."""
    for file in site.rglob("*.md"):
        copy = folder / file.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return folder


def unpack_archive(site: Path, folder: Path) -> Path:
    """Unpack the offline copy where a path can be mistaken, and return the folder of its pages.

    The path has a space, a word that the theme's own paths have, and 汉字.
    """
    folder /= "my workers 目录"
    with zipfile.ZipFile(site / ARCHIVE_NAME) as archive:
        archive.extractall(folder)
    return folder / ARCHIVE_NAME.removesuffix(".zip")
