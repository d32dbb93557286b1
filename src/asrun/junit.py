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

from asrun.changes import fenced
from asrun.errors import AsrunError, Place, ProjectError
from asrun.page import Page
from asrun.record import write_whole

LIMIT = 28_000  # bytes: an issue holds 65,536, and two jobs tell of their torch

_PLACED = re.compile(r"(?P<path>[\w./+-]+\.\w+):(?P<line>\d+): (?P<what>.+)")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class Failure:
    """A check that failed: its name, where in the project it points, what is wrong."""

    test: str
    place: Place | None
    what: str


def failures(files: Iterable[Path]) -> list[Failure]:
    """Return what failed in any of these JUnit files, each thing once.

    Raises:
        ProjectError: if one of them is not JUnit: its job ended before it was written.
    """
    found: dict[Failure, None] = {}
    for file in files:
        for case in _read(file).iter("testcase"):
            for failed in (*case.iterfind("failure"), *case.iterfind("error")):
                found[_failure(case, failed)] = None
    return list(found)


def _failure(case: etree._Element, failed: etree._Element) -> Failure:
    test = f"{case.get('classname', '')} {case.get('name', '')}".strip()
    text = (failed.text or failed.get("message") or "").strip()
    lines = text.splitlines()
    told = next((found for found in map(_PLACED.fullmatch, reversed(lines)) if found), None)
    place = Place(told["path"], int(told["line"])) if told else None
    raised = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    if raised:  # a traceback of pytest's, which ends in the place
        return Failure(test, place, "\n".join(raised[:10]))
    return Failure(test, place, told["what"] if told else text or "no words")


def issue(
    name: str, found: Sequence[Failure], used: Mapping[str, Sequence[Page]], limit: int = LIMIT
) -> str:
    """Return an issue's section: page, snippet, line and error of each failure; empty if none.

    ``name`` says where it was: a torch. ``used`` has the pages by snippet. What is beyond
    ``limit`` bytes is counted.
    """
    if not found:
        return ""
    shown = {f"snippets/{name}": [page.path for page in pages] for name, pages in used.items()}
    text = f"## {name}: {len(found)} failed\n\n"
    for number, failure in enumerate(found):
        section = _section(failure, shown)
        if len((text + section).encode()) > limit:
            return f"{text}… and {len(found) - number} more: see the run.\n\n"
        text += section
    return text


def _section(failure: Failure, shown: Mapping[str, list[str]]) -> str:
    lines = [f"- test: `{failure.test}`"]
    if failure.place:
        path = failure.place.path
        program = re.sub(r"\.out$", ".py", path)
        if program.startswith("snippets/"):
            lines = [
                *(f"- page: `{page}`" for page in shown.get(program, ())),
                f"- snippet: `{program}`",
            ]
        lines.append(f"- line: `{failure.place}`")
    quoted = fenced(failure.what[:2000]).replace("\n", "\n  ")
    return "\n".join((*lines, f"- error:\n\n  {quoted}\n\n"))


def problems(found: Iterable[AsrunError], suite: str) -> bytes:
    """Return problems that no test of pytest's found as JUnit."""
    root = etree.Element("testsuites")
    told = etree.SubElement(root, "testsuite", name=suite)
    for error in found:
        case = etree.SubElement(told, "testcase", classname=suite, name=error.place.path)
        etree.SubElement(case, "failure", message=error.what[:200]).text = str(error)
    told.set("tests", str(len(told)))
    told.set("failures", str(len(told)))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def merge(files: Sequence[Path]) -> bytes:
    """Return JUnit files as one, in the order of their names: the shards of one test run."""
    root = etree.Element("testsuites")
    for file in sorted(files):
        read = _read(file)
        root.extend([read] if read.tag == "testsuite" else list(read))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def merge_durations(files: Iterable[Path]) -> str:
    """Return the shards' durations as pytest-split keeps them: one file, sorted, in seconds."""
    found: dict[str, float] = {}
    for file in sorted(files):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(dict(sorted(found.items())), indent=4) + "\n"


def merge_folder(folder: Path, out: Path) -> str:
    """Merge what the shards left in a folder, at any depth, into another; say how much it was.

    Raises:
        ProjectError: if there is nothing, or the shards are not those of one whole run.
    """
    suites, durations = (sorted(folder.rglob(name)) for name in ("junit-*.xml", "durations-*.json"))
    shards = [re.fullmatch(r".*-(\d+)-of-(\d+)\.\w+", file.name) for file in suites]
    numbers = sorted((int(shard[1]), int(shard[2])) for shard in shards if shard)
    of = numbers[0][1] if numbers else 0
    if not numbers or numbers != [(n, of) for n in range(1, of + 1)]:
        raise ProjectError(
            Place(str(folder)),
            f"not the shards of one run: {', '.join(file.name for file in suites) or 'none'}",
            "A shard's job failed, or ran twice: run them all again.",
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / "junit.xml").write_bytes(merge(suites))
    write_whole(out / "durations.json", merge_durations(durations))
    cases = len(list(_read(out / "junit.xml").iter("testcase")))
    return f"{len(suites)} shards, {cases} tests, {len(failures(suites))} failed."


def _read(file: Path) -> etree._Element:
    try:
        return etree.parse(file, _PARSER).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise ProjectError(
            Place(str(file)), f"not JUnit: {error}", "Its job ended before: see its log."
        ) from error
