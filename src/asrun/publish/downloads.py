"""What a reader takes away: a program as a script that brings its own requirements, as a notebook.

And a page as a notebook. All of it from the same runs that the page shows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from asrun.base.languages import LANGUAGES
from asrun.base.text import FRONT_MATTER_PATTERN
from asrun.lists.original import build_source_json
from asrun.pages.page import ExpandedPage, Page
from asrun.pages.snippet_block import SnippetBlock
from asrun.pages.urls import make_counterpart_link, make_markdown_path, rebase_links
from asrun.project.project import Project
from asrun.publish.version import VERSION_FILE, format_version_json
from asrun.snippets.imports import find_distribution
from asrun.snippets.snippet import Snippet
from asrun.translation.banner import insert_banner

_FIGURE_ELEMENT = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
_FIGURE_ALT = re.compile(r'aria-label="([^"]*)"|<figcaption[^>]*>(.*?)</figcaption>', re.DOTALL)
_NON_PROSE_LINE = re.compile(r"^(<!--.*-->|<p class=\"proof\">.*</p>)\n\n?", re.MULTILINE)


def build_standalone_script(block: SnippetBlock) -> str:
    """Return a program as one file that `uv run` and `pipx run` can run with nothing installed.

    Its requirements stand at its top as PEP 723 (inline script metadata) says.
    """
    dependency_lines = "".join(f'#     "{name}",\n' for name in list_requirements(block.snippet))
    return (
        '# /// script\n# requires-python = ">=3.11"\n'
        f"# dependencies = [\n{dependency_lines}# ]\n# ///\n{block.code.text}"
    )


def list_requirements(snippet: Snippet) -> list[str]:
    """Return the distributions that a program needs, in the versions it ran with.

    NumPy is one if the program calls torch's bridge to it: torch does not bring it along. And
    torch is one if a tokenizer returns its tensors: transformers does not bring it along either.
    """
    module_names = {name.partition(".")[0] for name in snippet.imported_modules}
    if re.search(r"""return_tensors=["']pt["']""", snippet.source):
        module_names.add("torch")
    if re.search(r"\.(numpy|from_numpy)\(", snippet.source):
        module_names.add("numpy")
    return sorted(map(_format_requirement, module_names), key=str.lower)


@cache  # one build asks for the same few, and each answer parses a distribution's metadata
def _format_requirement(module: str) -> str:
    distribution = find_distribution(module)
    if distribution is None:
        return module
    return f"{distribution.name}=={distribution.version.partition('+')[0]}"


def make_snippet_entries(project: Project) -> list[dict[str, Any]]:
    """Return what ``snippets.json`` holds: one entry a snippet.

    ``verified`` has the environments that gave the recorded output, ``not_verified`` the others.
    """
    return [
        {
            "path": snippet.path,
            "title": dict(snippet.summary),
            "pages": {
                language: project.snippet_locations[language]
                .section_by_snippet.get(snippet.name, "")
                .replace(".md", "/")
                for language in LANGUAGES
            },
            "sha256": hashlib.sha256(snippet.source.encode()).hexdigest(),
            "functions": list(snippet.torch_names),
            "needs": list(snippet.needs),
            "raises": snippet.expected_exception,
            "verified": [
                run for run in _make_run_entries(project, snippet) if run["verdict"] == "equal"
            ],
            "not_verified": [
                run for run in _make_run_entries(project, snippet) if run["verdict"] != "equal"
            ],
        }
        for snippet in project.snippets.values()
    ]


def _make_run_entries(project: Project, snippet: Snippet) -> list[dict[str, Any]]:
    return [
        {**asdict(environment), "verdict": verdict.kind, "at": verdict.time, "why": verdict.reason}
        for environment, verdict in project.get_verdicts(snippet).items()
    ]


@dataclass(frozen=True)
class PageSummary:
    """What `llms.txt` says of a page or a lab; ``description`` may be empty."""

    title: str
    uri: str
    description: str = ""


def build_markdown_copy(project: Project, page: Page, expanded: ExpandedPage) -> str:
    """Return the Markdown that is published beside the HTML of a page.

    It is the expansion, with the banner that says which sections are behind, and with links that
    lead to other such copies.
    """
    paragraphs = project.compose_page_banner(page, make_counterpart_link(page))
    return rebase_links(page, insert_banner(expanded, page, paragraphs))


def build_shared_files(project: Project) -> dict[str, str]:
    """Return the files for machines that both languages share, by their path from the site's root.

    They are ``source.json``, ``snippets.json`` and ``version.json``.
    """
    locations = project.snippet_locations[LANGUAGES[0]]
    return {
        "source.json": _format_json(build_source_json(project.original, locations)),
        "snippets.json": _format_json(make_snippet_entries(project)),
        VERSION_FILE: format_version_json(project.root),
    }


def _format_json(entries: list[dict[str, Any]]) -> str:
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


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

    That is its Markdown copy without front matter and marks, and with the text of each figure
    in place of the figure.
    """
    text = FRONT_MATTER_PATTERN.sub("", markdown_copy)
    return _NON_PROSE_LINE.sub("", _FIGURE_ELEMENT.sub(_describe_figure, text)).strip() + "\n"


def _describe_figure(match: re.Match[str]) -> str:
    alt_match = _FIGURE_ALT.search(match[0])
    alt = next((group for group in alt_match.groups() if group), "") if alt_match else ""
    return f"[{alt}]"
