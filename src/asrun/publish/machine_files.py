"""What is published for programs to read: Markdown copies, ``llms.txt``, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from asrun.base.files import compute_sha256
from asrun.base.languages import LANGUAGES
from asrun.base.text import FRONT_MATTER_PATTERN
from asrun.lists.original import build_source_json
from asrun.pages.page import ExpandedPage, Page
from asrun.pages.urls import make_counterpart_link, make_markdown_path, rebase_links
from asrun.project.project import Project
from asrun.publish.version import VERSION_FILE, format_version_json
from asrun.snippets.snippet import Snippet
from asrun.translation.banner import insert_banner

_FIGURE_ELEMENT = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
_FIGURE_ALT = re.compile(r'aria-label="([^"]*)"|<figcaption[^>]*>(.*?)</figcaption>', re.DOTALL)
_NON_PROSE_LINE = re.compile(r"^(<!--.*-->|<p class=\"proof\">.*</p>)\n\n?", re.MULTILINE)


@dataclass(frozen=True)
class PageSummary:
    """What ``llms.txt`` says of a page or a lab; ``description`` may be empty."""

    title: str
    uri: str
    description: str = ""


def build_markdown_copy(project: Project, page: Page, expanded: ExpandedPage) -> ExpandedPage:
    """Return the Markdown that is published beside the HTML of a page, its twin.

    It is the expansion, with the banner that says which sections are behind, and with links that
    lead to other such copies.
    """
    paragraphs = project.compose_page_banner(page, make_counterpart_link(page))
    with_banner = insert_banner(expanded, page, paragraphs)
    return ExpandedPage(rebase_links(page, with_banner), with_banner.line_locations)


def format_llms_txt(title: str, description: str, summaries: Sequence[PageSummary]) -> str:
    """Return ``llms.txt``: the site as one list of links to the Markdown copies of its pages."""
    links = (
        f"- [{page.title}]({make_markdown_path(page.uri)})"
        + (f": {page.description}" if page.description else "")
        for page in summaries
    )
    return f"# {title}\n\n> {description}\n\n" + "".join(f"{link}\n" for link in links)


def format_llms_full_page(markdown_copy: str) -> str:
    """Return a page as it stands in ``llms-full.txt``.

    That is its Markdown copy without front matter, without the marks for pytest-codeblocks and the
    lines of proof, and with the alt text of each figure in place of the figure.
    """
    text = FRONT_MATTER_PATTERN.sub("", markdown_copy)
    return _NON_PROSE_LINE.sub("", _FIGURE_ELEMENT.sub(_describe_figure, text)).strip() + "\n"


def _describe_figure(match: re.Match[str]) -> str:
    alt_match = _FIGURE_ALT.search(match[0])
    alt = next((group for group in alt_match.groups() if group), "") if alt_match else ""
    return f"[{alt}]"


def build_shared_files(project: Project) -> dict[str, str]:
    """Return the files that both languages share, by their path from the root of the site.

    They are ``source.json``, ``snippets.json`` and ``version.json``.
    """
    locations = project.snippet_locations[LANGUAGES[0]]
    return {
        "source.json": _format_json(build_source_json(project.original, locations)),
        "snippets.json": _format_json(build_snippets_json(project)),
        VERSION_FILE: format_version_json(project.root),
    }


def build_snippets_json(project: Project) -> list[dict[str, Any]]:
    """Return what ``snippets.json`` holds: an entry for each snippet.

    ``verified`` has the environments that gave the expected output, ``not_verified`` the others.
    """
    return [_build_snippet_entry(project, snippet) for snippet in project.snippets.values()]


def _build_snippet_entry(project: Project, snippet: Snippet) -> dict[str, Any]:
    runs = [
        {**asdict(environment), "verdict": verdict.kind, "at": verdict.time, "why": verdict.reason}
        for environment, verdict in project.get_verdicts(snippet).items()
    ]
    section_urls = {
        language: project.snippet_locations[language]
        .section_by_snippet.get(snippet.name, "")
        .replace(".md", "/")
        for language in LANGUAGES
    }
    return {
        "path": snippet.path,
        "title": dict(snippet.summary),
        "pages": section_urls,
        "sha256": compute_sha256(snippet.source),
        "functions": list(snippet.torch_names),
        "needs": list(snippet.needs),
        "raises": snippet.expected_exception,
        "verified": [run for run in runs if run["verdict"] == "equal"],
        "not_verified": [run for run in runs if run["verdict"] != "equal"],
    }


def _format_json(entries: list[dict[str, Any]]) -> str:
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
