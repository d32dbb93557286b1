"""A JUnit file of problems that were not found by pytest, for the tools that read pytest's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from asrun.base.errors import AsrunError

MAX_MESSAGE_LENGTH = 200  # characters, of the attribute; the element's text holds all of it


def write_junit_report(file: Path, problems: Iterable[AsrunError], suite: str) -> None:
    """Write problems as the failures of a test suite; its folder is made if it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(format_junit_report(problems, suite))


def format_junit_report(problems: Iterable[AsrunError], suite: str) -> bytes:
    """Return problems as JUnit: a failed test case each, in one suite of this name."""
    root = etree.Element("testsuites")
    testsuite = etree.SubElement(root, "testsuite", name=suite)
    for problem in problems:
        case = etree.SubElement(testsuite, "testcase", classname=suite, name=problem.location.path)
        failure = etree.SubElement(case, "failure", message=problem.message[:MAX_MESSAGE_LENGTH])
        failure.text = str(problem)
    testsuite.set("tests", str(len(testsuite)))
    testsuite.set("failures", str(len(testsuite)))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
