from __future__ import annotations

import pytest

from asrun.base.errors import ProjectError
from asrun.project.project import Project, load_project
from asrun.project.select import (
    list_project_files,
    resolve_files,
    resolve_targets,
    select_targets,
)


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


def test_a_file_that_no_page_is_made_of_is_refused_and_says_who_checks_it(files, project):
    files.write("docs/theme/x.css", "\n")
    with pytest.raises(ProjectError, match=r"x\.css:1: a file that no page is made of\.") as caught:
        select_targets(project, ["docs/theme/x.css"])
    assert "asrun lint docs/theme/x.css" in caught.value.hint


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ("b/two2", "Near it are: b/two. "),
        ("two", "Near it are: b/two, snippets/b/two.py. "),
        ("b", "Near it are: b/two. "),
        ("snippets/b/tow.py", "Near it are: snippets/b/two.py, "),
        ("xyz/qqq", "Name a page, such as "),
        ("", "Name a page, such as "),
    ],
)
def test_a_target_that_selects_nothing_is_refused_with_what_is_near(project, target, near):
    with pytest.raises(ProjectError, match="no page and no program of the project") as caught:
        select_targets(project, [target])
    assert caught.value.hint.startswith(near)


@pytest.mark.parametrize(
    ("folder", "target"),
    [
        (".", "./snippets/b/two.py"),
        (".", "snippets//b/../b/two.py"),
        (".", "{root}/snippets/b/two.py"),
        ("snippets/b", "two.py"),
        ("snippets/b", "./two.py"),
        ("snippets/b", "two"),
        ("snippets", "b/two.py"),
        ("docs/en", "../../snippets/b/two.py"),
        ("docs/en", "snippets/b/two.py"),
        ("docs/en/b", "two.md"),
        ("docs/en/b", "two"),
        ("docs/en/b", "b/two"),
        (".", "b/two/"),
        ("..", "project/snippets/b/two.py"),
    ],
)
def test_a_target_is_found_from_wherever_one_stands(project, folder: str, target: str):
    root = project.root
    (resolved,) = resolve_targets(root, [target.format(root=root)], root / folder)
    assert list(select_targets(project, [resolved]).snippets) == ["b/two.py"]


def test_a_target_is_found_through_a_link_to_the_project(project, tmp_path):
    (tmp_path / "link").symlink_to(project.root)
    target = str(tmp_path / "link/snippets/b/two.py")
    assert resolve_targets(project.root, [target], tmp_path) == ("snippets/b/two.py",)


@pytest.mark.parametrize("target", ["../../x.py", "/etc/passwd"])
def test_a_target_outside_the_project_is_refused(project, target: str):
    with pytest.raises(ProjectError, match="outside the project"):
        resolve_targets(project.root, [target], project.root)


def test_a_file_to_lint_that_is_not_there_is_refused(project):
    with pytest.raises(ProjectError, match=r"^docs/en/c\.md:1: no such file\."):
        resolve_files(project.root, ["docs/en/c.md"], project.root)


@pytest.mark.parametrize("broken", ["b/two.py", "b/two.out"])
def test_files_that_cannot_be_read_are_selected_with_their_page(files, project, broken: str):
    (files.root / "snippets" / broken).write_bytes(b"\xff\n")
    (files.root / "snippets/a/one.py").write_bytes(b"\xff\n")
    selection = select_targets(load_project(files.root), ["b/two"])
    assert [error.location.path for error in selection.loading_errors] == [f"snippets/{broken}"]
