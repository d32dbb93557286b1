"""JUnit: what the jobs of continuous integration wrote, read as one record.

pytest writes a file a job. Its failures become the Markdown of an issue, its shards one file.
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

MAX_ISSUE_BYTES = 28_000  # bytes: an issue holds 65,536, and two jobs tell of their torch
_LOCATED_MESSAGE = re.compile(r"(?P<path>[\w./+-]+\.\w+):(?P<line>\d+): (?P<what>.+)")
_SAFE_XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class Failure:
    """A check that failed: its name, where in the project it points, what is wrong."""

    test: str
    location: Location | None
    message: str


def read_failures(files: Iterable[Path]) -> list[Failure]:
    """Return what failed in any of these JUnit files, each thing once.

    Raises:
        ProjectError: if one of them is not JUnit: its job ended before it was written.
    """
    found: dict[Failure, None] = {}
    for file in files:
        for case in _read_junit(file).iter("testcase"):
            for element in (*case.iterfind("failure"), *case.iterfind("error")):
                found[_parse_failure(case, element)] = None
    return list(found)


def _parse_failure(case: etree._Element, element: etree._Element) -> Failure:
    test = f"{case.get('classname', '')} {case.get('name', '')}".strip()
    text = (element.text or element.get("message") or "").strip()
    lines = text.splitlines()
    located_message = next(
        (match for match in map(_LOCATED_MESSAGE.fullmatch, reversed(lines)) if match), None
    )
    location = (
        Location(located_message["path"], int(located_message["line"])) if located_message else None
    )
    exception_lines = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    if exception_lines:  # a traceback of pytest's, which ends in the place
        return Failure(test, location, "\n".join(exception_lines[:10]))
    return Failure(
        test, location, located_message["what"] if located_message else text or "no words"
    )


def format_issue_section(
    name: str,
    failures: Sequence[Failure],
    pages_by_snippet: Mapping[str, Sequence[Page]],
    max_bytes: int = MAX_ISSUE_BYTES,
) -> str:
    """Return an issue's section: page, snippet, line and error of each failure; empty if none.

    ``name`` says where it was: a torch. ``used`` has the pages by snippet. What is beyond
    ``limit`` bytes is counted.
    """
    if not failures:
        return ""
    page_paths = {
        f"snippets/{name}": [page.path for page in pages]
        for name, pages in pages_by_snippet.items()
    }
    text = f"## {name}: {len(failures)} failed\n\n"
    for number, failure in enumerate(failures):
        section = _format_failure(failure, page_paths)
        if len((text + section).encode()) > max_bytes:
            return f"{text}… and {len(failures) - number} more: see the run.\n\n"
        text += section
    return text


def _format_failure(failure: Failure, page_paths: Mapping[str, list[str]]) -> str:
    lines = [f"- test: `{failure.test}`"]
    if failure.location:
        path = failure.location.path
        program = re.sub(r"\.out$", ".py", path)
        if program.startswith("snippets/"):
            lines = [
                *(f"- page: `{page}`" for page in page_paths.get(program, ())),
                f"- snippet: `{program}`",
            ]
        lines.append(f"- line: `{failure.location}`")
    quoted_message = fence_text(failure.message[:2000]).replace("\n", "\n  ")
    return "\n".join((*lines, f"- error:\n\n  {quoted_message}\n\n"))


def merge_junit_files(files: Sequence[Path]) -> bytes:
    """Return JUnit files as one, in the order of their names: the shards of one test run."""
    root = etree.Element("testsuites")
    for file in sorted(files):
        suites = _read_junit(file)
        root.extend([suites] if suites.tag == "testsuite" else list(suites))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def merge_durations(files: Iterable[Path]) -> str:
    """Return the shards' durations as pytest-split keeps them: one file, sorted, in seconds."""
    durations: dict[str, float] = {}
    for file in sorted(files):
        durations |= json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(dict(sorted(durations.items())), indent=4) + "\n"


def merge_shards(folder: Path, target_folder: Path) -> str:
    """Merge what the shards left in a folder, at any depth, into another; say how much it was.

    Raises:
        ProjectError: if there is nothing, or the shards are not those of one whole run.
    """
    suites, durations = (sorted(folder.rglob(name)) for name in ("junit-*.xml", "durations-*.json"))
    shard_matches = [re.fullmatch(r".*-(\d+)-of-(\d+)\.\w+", file.name) for file in suites]
    shard_numbers = sorted((int(shard[1]), int(shard[2])) for shard in shard_matches if shard)
    shard_count = shard_numbers[0][1] if shard_numbers else 0
    if not shard_numbers or shard_numbers != [
        (number, shard_count) for number in range(1, shard_count + 1)
    ]:
        raise ProjectError(
            Location(str(folder)),
            f"not the shards of one run: {', '.join(file.name for file in suites) or 'none'}",
            "A shard's job failed, or ran twice: run them all again.",
        )
    target_folder.mkdir(parents=True, exist_ok=True)
    (target_folder / "junit.xml").write_bytes(merge_junit_files(suites))
    write_atomically(target_folder / "durations.json", merge_durations(durations))
    cases = len(list(_read_junit(target_folder / "junit.xml").iter("testcase")))
    return f"{len(suites)} shards, {cases} tests, {len(read_failures(suites))} failed."


def _read_junit(file: Path) -> etree._Element:
    try:
        return etree.parse(file, _SAFE_XML_PARSER).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise ProjectError(
            Location(str(file)), f"not JUnit: {error}", "Its job ended before: see its log."
        ) from error
