"""The map back to the document that the handbook rebuilds: whole, and shown in both languages."""

from __future__ import annotations

import json

import pytest

from asrun.execution.result import Run, Skipped
from support.site import LANGUAGE_FOLDERS, read_html

BLOCKS = [f"B{number:02}" for number in range(1, 57)]
# The audit's numbers; four of them were never given.
ERRATA = [f"F{number:02}" for number in range(1, 74) if number not in (18, 19, 48, 49)]


def test_every_block_and_every_error_is_mapped_once(project):
    assert [block.id for block in project.original.blocks] == BLOCKS
    assert [erratum.id for erratum in project.original.errata] == ERRATA


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
@pytest.mark.parametrize(("page", "ids"), [("blocks", BLOCKS), ("errata", ERRATA)])
def test_every_one_is_shown_once(site, language, page, ids):
    tree = read_html(site / f"{LANGUAGE_FOLDERS[language]}source/{page}/index.html")
    for identifier in ids:
        (shown,) = tree.xpath(f"//*[@id='{identifier.lower()}']")
        assert shown.text == identifier


def test_every_snippet_of_the_map_ran_or_says_why_not(project, checked):
    for block in project.original.blocks:
        for name in block.snippets:
            result = checked.results[name]
            assert isinstance(result, Run) or result == Skipped("network"), f"{block.id}: {name}"


def test_the_published_map_names_files_and_sections_that_are_there(site, project):
    entries = json.loads((site / "source.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in entries] == BLOCKS
    for entry in entries:
        assert entry["status"] in ("unchanged", "completed", "corrected", "replaced")
        assert entry["pages"], entry["id"]
        for path in entry["snippets"]:
            assert (project.root / path).is_file(), path
        for url in entry["pages"]:
            path, _, fragment = url.partition("#")
            for folder in LANGUAGE_FOLDERS.values():
                tree = read_html(site / folder / path / "index.html")
                assert not fragment or tree.xpath(f"//*[@id='{fragment}']"), f"{folder}{url}"
        assert set(entry["errata"]) <= set(ERRATA)
    named = {erratum for entry in entries for erratum in entry["errata"]}
    whole = {e.id for e in project.original.errata if not e.blocks}
    assert named | whole == set(ERRATA)
