from __future__ import annotations

import pytest

from asrun.base.errors import ProjectError
from asrun.project.project import Project, load_project
from asrun.project.select import list_project_files, select_targets


@pytest.fixture
def project(files) -> Project:
    """A project with two pages, one snippet each."""
    files.page('# T\n\n```python\n--8<-- "b/two.py"\n```\n', "b/two.md")
    files.snippet("b/two.py", "print(2)\n", "2\n")
    return load_project(files.root)


@pytest.mark.parametrize(
    "target",
    ["b/two", "b/two.md", "docs/en/b/two.md", "snippets/b/two.py", "snippets/b/two.out"],
)
def test_a_page_is_selected_in_both_languages_with_its_programs(project, target: str):
    selection = select_targets(project, [target])
    assert list_project_files(selection) == {
        "docs/zh/b/two.md",
        "docs/en/b/two.md",
        "snippets/b/two.py",
        "snippets/b/two.out",
    }
    assert list(selection.snippets) == ["b/two.py"]


def test_several_targets_are_selected_together(project):
    assert list(select_targets(project, ["index", "b/two"]).snippets) == ["a/one.py", "b/two.py"]


def test_a_file_that_no_page_is_made_of_selects_no_page(files, project):
    files.write("docs/theme/x.css", "\n")
    assert select_targets(project, ["docs/theme/x.css"]).pages == ()


def test_what_is_neither_page_nor_file_is_refused(project):
    with pytest.raises(ProjectError, match=r"^b/three:1: no page and no file of the project\."):
        select_targets(project, ["b/three"])


@pytest.mark.parametrize("broken", ["b/two.py", "b/two.out"])
def test_files_that_cannot_be_read_are_selected_with_their_page(files, project, broken: str):
    (files.root / "snippets" / broken).write_bytes(b"\xff\n")
    (files.root / "snippets/a/one.py").write_bytes(b"\xff\n")
    selection = select_targets(load_project(files.root), ["b/two"])
    assert [error.location.path for error in selection.loading_errors] == [f"snippets/{broken}"]
