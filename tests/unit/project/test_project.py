"""A project is read once; what cannot be read is kept as an error."""

from __future__ import annotations

import shutil

from asrun.project.project import load_project


def errors(files) -> list[str]:
    return [str(error) for error in load_project(files.root).loading_errors]


def test_pages_and_snippets_are_found_by_the_names_that_pages_use(files):
    project = load_project(files.root)
    assert [(p.language, p.uri) for p in project.pages] == [("zh", "index.md"), ("en", "index.md")]
    assert list(project.snippets) == ["a/one.py"]
    assert [p.path for p in project.group_pages_by_snippet()["a/one.py"]] == [
        "docs/zh/index.md",
        "docs/en/index.md",
    ]


def test_outputs_are_read_with_their_snippets(files):
    files.snippet("a/two.py", "print(2)\n")
    assert load_project(files.root).expected_outputs == {"a/one.py": "2\n", "a/two.py": None}


def test_a_page_in_both_languages_is_a_pair(files):
    files.write("docs/zh/alone.md", "# T\n")
    assert list(load_project(files.root).page_pairs) == ["index.md"]


def test_a_file_that_is_not_utf8_is_told_and_left_out(files):
    (files.root / "snippets/a/one.py").write_bytes(b"# \xff\n")
    (files.root / "docs/zh/index.md").write_bytes(b"\xff\n")
    project = load_project(files.root)
    assert [str(error.location) for error in project.loading_errors] == [
        "snippets/a/one.py:1",
        "docs/zh/index.md:1",
    ]
    assert project.snippets == {}
    assert [page.path for page in project.pages] == ["docs/en/index.md"]


def test_an_output_that_is_not_utf8_is_told(files):
    (files.root / "snippets/a/one.out").write_bytes(b"\xff\n")
    (error,) = errors(files)
    assert error.startswith("snippets/a/one.out:1: not UTF-8.")


def test_a_data_file_that_cannot_be_read_is_told_with_its_line(files):
    files.write("docs/glossary.toml", "# words\n[[term\n")
    (error,) = errors(files)
    assert error.startswith("docs/glossary.toml:2: not TOML")


def test_a_missing_folder_of_pages_is_told(files):
    shutil.rmtree(files.root / "docs" / "en")
    assert errors(files) == ["docs/en:1: no such folder. Pages live there."]
