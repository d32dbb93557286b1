"""What is wrong with a project as written."""

from __future__ import annotations

import pytest

from asrun.project.checks import find_project_problems
from asrun.project.project import load_project
from asrun.verification.record import SnippetRecord, VerificationRecord, write_record
from support.project import PAGE


def told(files) -> list[str]:
    return [str(error) for error in find_project_problems(load_project(files.root))]


def test_a_sound_project_has_no_problem(files):
    assert told(files) == []


def test_all_problems_are_told_at_once(files):
    files.snippet("a/two.py", "print(1)\n", "1\n", header="# flies: away\n")
    files.snippet("a/three.py", "print(3)\n", "3\n")
    files.write("snippets/a/four.out", "4\n")
    files.write("docs/zh/alone.md", "# T\n")
    found = "\n".join(told(files))
    assert "snippets/a/two.py:1: unknown directive" in found
    assert "snippets/a/three.py:1: no page includes it" in found
    assert "snippets/a/four.out:1: an output without its program" in found
    assert "docs/zh/alone.md:1: no counterpart docs/en/alone.md" in found


def test_an_include_of_nothing_is_told_once_a_page(files):
    (files.root / "snippets/a/one.py").unlink()
    (files.root / "snippets/a/one.out").unlink()
    assert [message.partition(".  ")[0][:40] for message in told(files)] == [
        "docs/en/index.md:7: includes a/one.py, a",
        "docs/zh/index.md:7: includes a/one.py, a",
    ]


def test_a_list_that_does_not_exist_is_told_before_anything_is_built(files):
    files.write("docs/en/index.md", files.read("docs/en/index.md") + "\n<!-- list: things -->\n")
    found = "\n".join(told(files))
    assert "docs/en/index.md:10: no list `things`. Mend its name; there are: api, " in found


@pytest.mark.parametrize(
    ("draw", "says"),
    [("x y", "arrow"), ("x -> y -> z", "arrow"), ("x ? y -> z", "x ? y")],
)
def test_a_drawing_that_cannot_be_read_is_told_before_anything_runs(files, draw: str, says: str):
    files.snippet("a/one.py", "x = 1\n", "", f"# draw: {draw}\n# figure.zh: 图\n# figure.en: P\n")
    (message,) = told(files)
    assert message.startswith("snippets/a/one.py:1: ")
    assert says in message


def test_the_record_of_a_snippet_that_cannot_be_parsed_is_no_orphan(files):
    record = VerificationRecord({}, {"a/one.py": SnippetRecord("0" * 64, "1" * 64, None)})
    write_record(files.root, record)
    files.snippet("a/one.py", "print(1\n", "")
    (message,) = told(files)
    assert message.startswith("snippets/a/one.py:3: not a Python program")


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("[x](y.md)", "its link y.md leads nowhere: there is no y.md"),
        ("[x](#gone)", "its link #gone leads to no section of index.md"),
        ("![x](y.png)", "its link y.png leads nowhere: there is no y.png"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_on_both_pages(files, link: str, message: str):
    files.page(f"{PAGE}\n{link}\n")
    assert [error.partition(". ")[0] for error in told(files)] == [
        f"docs/{language}/index.md:10: {message}" for language in ("en", "zh")
    ]


def test_a_link_may_lead_to_a_section_a_file_or_out_of_the_site(files):
    files.write("docs/zh/x.txt", "x\n")
    files.write("docs/en/x.txt", "x\n")
    links = "[a](#a), [b](index.md#a), [c](x.txt), [d](https://example.org/y.md)"
    files.page(f"{PAGE}\n## A {{ #a }}\n\n{links}\n")
    assert told(files) == []
