"""A project is read once; what cannot be read is kept as an error."""

from __future__ import annotations

import shutil

from asrun.project.checks import find_project_problems
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


def test_what_editors_leave_is_no_page_and_no_program(files):
    for path in ("docs/en/.#index.md", "snippets/a/.#one.py", "snippets/a/.#one.out"):
        (files.root / path).symlink_to("me@host.4711:1764000000")
    files.write("docs/en/.ipynb_checkpoints/x-checkpoint.py", "1 / 0\n")
    files.write("snippets/.ipynb_checkpoints/y-checkpoint.py", "1 / 0\n")
    project = load_project(files.root)
    assert project.loading_errors == ()
    assert list(project.snippets) == ["a/one.py"]
    assert project.labs == ()
    assert [str(problem) for problem in find_project_problems(project)] == []


def test_folders_links_and_marks_are_told_with_their_files(files):
    (files.root / "docs/en/x.md").mkdir()
    (files.root / "docs/en/leak.txt").symlink_to("/etc/passwd")
    files.write("snippets/a/two.py", "\ufeffprint(1)\n")
    files.write("docs/zh/index.md", "\ufeff# T\n")
    assert {error.partition(". ")[0] for error in errors(files)} == {
        "docs/en/x.md:1: a folder that has a file's name",
        "docs/en/leak.txt:1: a link that leaves the project, to /etc/passwd",
        "snippets/a/two.py:1: begins with a byte order mark (BOM)",
        "docs/zh/index.md:1: begins with a byte order mark (BOM)",
    }
