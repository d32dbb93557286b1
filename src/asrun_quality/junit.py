"""JUnit files, which pytest writes in each job of continuous integration.

Their failures become the Markdown of an issue; the files of a run's shards become one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from asrun.base.errors import Location, ProjectError
from asrun.base.files import write_atomically
from asrun.base.text import fence_text
from asrun.pages.page import Page

MAX_SECTION_BYTES = (
    28_000  # an issue holds 65,536 bytes: a section for each of two versions of torch
)
MAX_EXCEPTION_LINES = 10  # shown of an exception's text
MAX_MESSAGE_LENGTH = 2000  # characters shown of any message
_LOCATED_MESSAGE = re.compile(r"(?P<path>[\w./+-]+\.\w+):(?P<line>\d+): (?P<what>.+)")
_SAFE_XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class Failure:
    """A test that failed: its name, the line of the project that it names, and what is wrong."""

    test: str
    location: Location | None
    message: str


def read_failures(files: Iterable[Path]) -> list[Failure]:
    """Return the failures in JUnit files, each once.

    Raises:
        ProjectError: if a file is not JUnit: its job ended while it was being written.
    """
    failures: dict[Failure, None] = {}  # a set that keeps the order
    for file in files:
        for case in _read_junit(file).iter("testcase"):
            for element in (*case.iterfind("failure"), *case.iterfind("error")):
                failures[_parse_failure(case, element)] = None
    return list(failures)


def _parse_failure(case: etree._Element, element: etree._Element) -> Failure:
    test = f"{case.get('classname', '')} {case.get('name', '')}".strip()
    text = (element.text or element.get("message") or "").strip()
    lines = text.splitlines()
    matches = filter(None, map(_LOCATED_MESSAGE.fullmatch, reversed(lines)))
    message = next(matches, None)
    location = Location(message["path"], int(message["line"])) if message else None
    exception_lines = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    if exception_lines:  # pytest's traceback: the location is the line that raised
        return Failure(test, location, "\n".join(exception_lines[:MAX_EXCEPTION_LINES]))
    return Failure(test, location, message["what"] if message else text or "no words")


def format_issue_section(
    name: str,
    failures: Sequence[Failure],
    pages_by_snippet: Mapping[str, Sequence[Page]],
    max_bytes: int = MAX_SECTION_BYTES,
) -> str:
    """Return an issue's section: page, snippet, line and error of each failure; empty if none.

    Args:
        name: where the tests failed, such as a version of torch; for the heading.
        failures: what failed.
        pages_by_snippet: the pages that include each snippet, by its name.
        max_bytes: failures that would make the section longer are counted at its end.
    """
    if not failures:
        return ""
    text = f"## {name}: {len(failures)} failed\n\n"
    for number, failure in enumerate(failures):
        entry = _format_failure(failure, pages_by_snippet)
        if len((text + entry).encode()) > max_bytes:
            return f"{text}… and {len(failures) - number} more: see the run.\n\n"
        text += entry
    return text


def _format_failure(failure: Failure, pages_by_snippet: Mapping[str, Sequence[Page]]) -> str:
    lines = [f"- test: `{failure.test}`"]
    if failure.location:
        program = re.sub(r"\.out$", ".py", failure.location.path)
        if program.startswith("snippets/"):
            pages = pages_by_snippet.get(program.removeprefix("snippets/"), ())
            lines = [*(f"- page: `{page.path}`" for page in pages), f"- snippet: `{program}`"]
        lines.append(f"- line: `{failure.location}`")
    quoted_message = fence_text(failure.message[:MAX_MESSAGE_LENGTH]).replace("\n", "\n  ")
    return "\n".join((*lines, f"- error:\n\n  {quoted_message}\n\n"))


def merge_junit_files(files: Sequence[Path]) -> bytes:
    """Return JUnit files as one, in the order of their names."""
    root = etree.Element("testsuites")
    for file in sorted(files):
        suites = _read_junit(file)
        root.extend([suites] if suites.tag == "testsuite" else list(suites))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def merge_durations(files: Iterable[Path]) -> str:
    """Return files of pytest-split, which hold each test's duration in seconds, as one, sorted."""
    durations: dict[str, float] = {}
    for file in sorted(files):
        durations |= json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(dict(sorted(durations.items())), indent=4) + "\n"


def merge_shards(folder: Path, target_folder: Path) -> str:
    """Merge the records of a run's shards into one, and return a line that counts them.

    Args:
        folder: has the shards' files, at any depth, such as ``junit-1-of-3.xml`` and
            ``durations-1-of-3.json``.
        target_folder: where ``junit.xml`` and ``durations.json`` are written.

    Raises:
        ProjectError: if there are no shards, or they are not those of one whole run.
    """
    suites, durations = (sorted(folder.rglob(name)) for name in ("junit-*.xml", "durations-*.json"))
    matches = (re.fullmatch(r"junit-(\d+)-of-(\d+)\.xml", file.name) for file in suites)
    shards = sorted((int(match[1]), int(match[2])) for match in matches if match)
    if not shards or shards != [(number, len(shards)) for number in range(1, len(shards) + 1)]:
        raise ProjectError(
            Location(str(folder)),
            f"not the shards of one run: {', '.join(file.name for file in suites) or 'none'}",
            "A shard's job failed, or ran twice: run them all again.",
        )
    target_folder.mkdir(parents=True, exist_ok=True)
    (target_folder / "junit.xml").write_bytes(merge_junit_files(suites))
    write_atomically(target_folder / "durations.json", merge_durations(durations))
    test_count = len(list(_read_junit(target_folder / "junit.xml").iter("testcase")))
    return f"{len(suites)} shards, {test_count} tests, {len(read_failures(suites))} failed."


def _read_junit(file: Path) -> etree._Element:
    try:
        return etree.parse(file, _SAFE_XML_PARSER).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise ProjectError(
            Location(str(file)), f"not JUnit: {error}", "Its job ended before: see its log."
        ) from error
