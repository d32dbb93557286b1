from __future__ import annotations

import pytest
import yaml

from asrun.base.errors import ProjectError
from asrun.project.nav import find_nav_problems, parse_nav, read_nav
from asrun.project.project import load_project
from support.titles import HARD_TITLES, generate_titles

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


def read_as_mkdocs(configuration: str) -> list:
    """Return the nav as a YAML library reads the whole file, tags of MkDocs as lists."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node))
    return yaml.load(configuration, Loader)["nav"]


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


@pytest.mark.parametrize("title", HARD_TITLES)
def test_a_title_is_read_as_it_was_typed_by_the_nav_and_by_mkdocs(nav, title: str):
    after = nav.insert_page("tensors/gather.md", title)
    assert parse_nav("mkdocs.yml", after).find_title("tensors/gather.md") == title
    section = next(item["Tensors"] for item in read_as_mkdocs(after) if "Tensors" in item)
    assert {title: "tensors/gather.md"} in section


def test_any_title_is_read_as_it_was_typed(nav):
    for title in generate_titles(300):
        after = nav.insert_page("tensors/gather.md", title)
        assert parse_nav("mkdocs.yml", after).find_title("tensors/gather.md") == title, title
        assert {title: "tensors/gather.md"} in read_as_mkdocs(after)[1]["Tensors"], title


@pytest.mark.parametrize(
    ("line", "reads"),
    [("3.10", "3.1"), ("On", "True"), ("no", "False"), ("2026-11-30", "2026-11-30"), ("~", "None")],
)
def test_a_title_that_is_no_text_to_yaml_is_told(files, line: str, reads: str):
    files.write("mkdocs.yml", f"nav:\n  - {line}: index.md\n")
    with pytest.raises(ProjectError, match=rf"mkdocs\.yml:2: .* is no text to YAML, but `{reads}`"):
        read_nav(files.root, "zh")


def test_a_title_that_is_no_yaml_is_told_with_how_to_quote_it(files):
    files.write("mkdocs.yml", "nav:\n  - @torch: index.md\n")
    with pytest.raises(ProjectError, match=r"mkdocs\.yml:2: .* is no YAML.*in quotes"):
        read_nav(files.root, "zh")


def test_quotes_and_comments_in_an_entry_are_those_of_yaml(files):
    files.write("mkdocs.yml", "nav:\n  - 'It''s: x': \"index.md\" # first\n")
    (entry,) = read_nav(files.root, "zh").entries
    assert (entry.title, entry.uri) == ("It's: x", "index.md")


def test_a_renamed_page_keeps_its_place_and_its_title(nav):
    after = nav.rename_page("tensors/joining.md", "tensors/cat.md")
    assert after.source == nav.source.replace("tensors/joining.md", "tensors/cat.md")
    assert [entry.line for entry in after.entries] == [entry.line for entry in nav.entries]


def test_a_section_goes_with_its_last_page_and_all_else_stays(nav):
    one_less = nav.remove_page("tensors/joining.md")
    assert one_less == nav.source.replace("      - Joining: tensors/joining.md\n", "")
    none_left = parse_nav("mkdocs.yml", one_less).remove_page("tensors/summary.md")
    assert "Tensors" not in none_left
    assert "  - Labs:\n      - Digits: labs/digits.py\n" in none_left


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


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"site_name: x\nnav:\n  - \xff: a.md\n", "mkdocs.yml:3: not UTF-8"),
        (b"\xef\xbb\xbfnav:\n  - A: a.md\n", "mkdocs.yml:1: begins with a byte order mark"),
    ],
)
def test_a_configuration_that_is_no_utf8_is_told(files, data: bytes, message: str):
    (files.root / "mkdocs.yml").write_bytes(data)
    faults = [str(error) for error in find_nav_problems(files.root, ())]
    assert faults[0].startswith(message)


def test_a_configuration_that_is_a_folder_is_told(files):
    (files.root / "mkdocs.yml").unlink()
    (files.root / "mkdocs.yml").mkdir()
    with pytest.raises(ProjectError, match=r"^mkdocs\.yml:1: a folder that has a file's name"):
        read_nav(files.root, "zh")
