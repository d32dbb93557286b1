"""TODO docstring."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from asrun.base.errors import AsrunError


def render_problems(found: Iterable[AsrunError], suite: str) -> bytes:
    """Return problems that no test of pytest's found as JUnit."""
    root = etree.Element("testsuites")
    testsuite = etree.SubElement(root, "testsuite", name=suite)
    for error in found:
        case = etree.SubElement(testsuite, "testcase", classname=suite, name=error.location.path)
        etree.SubElement(case, "failure", message=error.message[:200]).text = str(error)
    testsuite.set("tests", str(len(testsuite)))
    testsuite.set("failures", str(len(testsuite)))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
