from __future__ import annotations

import pytest

from asrun.base.errors import ProjectError
from asrun.project.nav import find_nav_problems, read_nav
from asrun.project.project import load_project

HEAD = "# about\nsite_name: x # kept\nthing: !ENV [A, '']\n"
NAV = """\
nav:
  # the order readers see
  - Home: index.md
  - Tensors:
      - Joining: tensors/joining.md
      - One page: tensors/summary.md
  - Labs:
      - Digits: labs/digits.py
"""


@pytest.fixture
def nav(files):
    files.write("mkdocs.yml", HEAD + NAV + "extra:\n  a: b\n")
    return read_nav(files.root, "zh")


def test_a_nav_is_read_with_its_chapters(nav):
    assert nav.uris == {"index.md", "tensors/joining.md", "tensors/summary.md", "labs/digits.py"}
    assert [entry.title for entry in nav.list_chapter_pages("tensors")] == ["Joining", "One page"]
    assert nav.list_chapters() == ("tensors",)


def test_a_page_is_added_before_the_summary_and_no_other_byte_changes(nav):
    after = nav.insert_page("tensors/gather.md", "按索引取数")
    line = "      - 按索引取数: tensors/gather.md\n"
    assert f"Joining: tensors/joining.md\n{line}      - One page" in after
    assert after.replace(line, "") == nav.source


def test_a_page_is_added_at_the_end_of_a_chapter_without_a_summary(files):
    files.write("mkdocs.yml", "nav:\n  - T:\n      - A: t/a.md")
    after = read_nav(files.root, "zh").insert_page("t/b.md", "B")
    assert after == "nav:\n  - T:\n      - A: t/a.md\n      - B: t/b.md\n"


def test_a_page_that_is_in_it_stays_where_it_is(nav):
    assert nav.insert_page("tensors/joining.md", "Other") == nav.source


@pytest.mark.parametrize("title", ["a: b", 'say "x"', "- a", "a # b", "{a}", ""])
def test_a_title_that_would_break_the_file_is_refused(nav, title: str):
    with pytest.raises(ProjectError, match=r"mkdocs\.yml:9: .* is no title"):
        nav.insert_page("tensors/gather.md", title)


def test_a_line_that_is_no_entry_is_told_with_its_place(files):
    files.write("mkdocs.yml", "nav:\n  - index.md\n")
    with pytest.raises(ProjectError, match=r"mkdocs\.yml:2: `- index\.md` is no entry"):
        read_nav(files.root, "zh")


def test_pages_and_entries_without_each_other_are_told(files):
    files.write("mkdocs.yml", "nav:\n  - Gone: a/gone.md\n")
    files.write("mkdocs.en.yml", "nav:\n  - Home: index.md\n")
    assert [
        str(error) for error in find_nav_problems(files.root, load_project(files.root).pages)
    ] == [
        "docs/zh/index.md:1: mkdocs.yml does not lead to it. Add `- Title: index.md` to its "
        "chapter in the `nav` there.",
        "mkdocs.yml:2: leads to a/gone.md, and there is no such page. Run `make new page=a/gone`, "
        "or delete the line.",
    ]
