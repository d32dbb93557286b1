"""The tree of a project: what is not listed, what is told, how text is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asrun.base.errors import PageError, ProjectError
from asrun.base.tree import is_hidden, list_tree, read_text_file


@pytest.fixture
def root(tmp_path) -> Path:
    folder = tmp_path / "project"
    (folder / "docs/en").mkdir(parents=True)
    (folder / "docs/en/a.md").write_text("# A\n")
    return folder


def faults(root: Path) -> list[str]:
    return [str(error) for error in list_tree(root, "docs")[1]]


def link(root: Path, path: str, target: str) -> None:
    (root / path).symlink_to(target)


@pytest.mark.parametrize(
    "path", [".#a.md", ".a.md.swp", ".ipynb_checkpoints/a-checkpoint.md", "x/.git/a.md", "._a.md"]
)
def test_editors_locks_checkpoints_and_all_that_is_hidden_are_not_there(root, path: str):
    file = root / "docs/en" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    assert list_tree(root, "docs") == (["docs/en/a.md"], [])
    assert is_hidden(path)


def test_an_emacs_lock_which_leads_nowhere_is_not_there(root):
    link(root, "docs/en/.#a.md", "me@host.4711:1764000000")
    assert list_tree(root, "docs") == (["docs/en/a.md"], [])


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("nowhere.md", "docs/en/b.md:1: a link that leads nowhere. "),
        ("b.md", "docs/en/b.md:1: a link that leads nowhere. "),
        ("/etc/passwd", "docs/en/b.md:1: a link that leaves the project, to /etc/passwd. "),
        ("../../../outside.md", "docs/en/b.md:1: a link that leaves the project, to /"),
        ("../../.git/config", "docs/en/b.md:1: a link to what is hidden, .git/config. "),
        ("../../docs", "docs/en/b.md:1: a link to a folder, docs. "),
    ],
)
def test_a_link_that_leads_nowhere_or_elsewhere_is_told(root, target: str, fault: str):
    (root.parent / "outside.md").write_text("secret\n")
    (root / ".git").mkdir()
    (root / ".git/config").write_text("secret\n")
    link(root, "docs/en/b.md", target)
    paths, (error,) = list_tree(root, "docs")
    assert paths == ["docs/en/a.md"]
    assert str(error).startswith(fault)
    assert "git rm docs/en/b.md" in error.hint


def test_a_folder_that_is_a_link_is_told(root):
    (root.parent / "elsewhere").mkdir()
    link(root, "docs/zh", str(root.parent / "elsewhere"))
    (fault,) = faults(root)
    assert fault.startswith("docs/zh:1: a link that leaves the project")


def test_a_tree_that_is_itself_a_link_out_of_the_project_is_told(root):
    link(root, "snippets", str(root.parent))
    paths, (error,) = list_tree(root, "snippets")
    assert paths == []
    assert str(error).startswith("snippets:1: a link that leaves the project")


def test_a_link_to_a_file_of_the_project_is_a_file(root):
    (root / "README.md").write_text("# R\n")
    link(root, "docs/en/b.md", "../../README.md")
    assert list_tree(root, "docs") == (["docs/en/a.md", "docs/en/b.md"], [])


@pytest.mark.parametrize("name", [b"\xff.md", b"a\nb.md", b"\x1b[31m.md"])
def test_a_name_that_cannot_be_printed_is_told_with_escapes(root, name: bytes):
    Path(os.fsdecode(os.fsencode(root / "docs/en") + b"/" + name)).write_text("x")
    (fault,) = faults(root)
    assert "a name that cannot be printed" in fault
    assert fault.isascii() and fault.isprintable()


def test_a_folder_that_has_a_files_name_is_told(root):
    (root / "docs/en/x.md").mkdir()
    assert list_tree(root, "docs") == (["docs/en/a.md", "docs/en/x.md"], [])
    with pytest.raises(PageError, match=r"^docs/en/x\.md:1: a folder that has a file's name\. "):
        read_text_file(root, "docs/en/x.md", PageError)


def test_a_pipe_is_no_file_and_is_not_waited_for(root):
    os.mkfifo(root / "docs/en/x.md")
    with pytest.raises(ProjectError, match=r"^docs/en/x\.md:1: no ordinary file\. "):
        read_text_file(root, "docs/en/x.md")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbf# A\n", "docs/en/a.md:1: begins with a byte order mark (BOM). "),
        ("# A\n".encode("utf-16"), "docs/en/a.md:1: not UTF-8: it is UTF-16. "),
        ("# A\n".encode("utf-32"), "docs/en/a.md:1: not UTF-8: it is UTF-32. "),
        ("# A\n".encode("utf-16-le"), "docs/en/a.md:1: holds a NUL character"),
        ("# A\n\né\n".encode("latin-1"), "docs/en/a.md:3: not UTF-8. "),
        ("# 中文\n".encode("gbk"), "docs/en/a.md:1: not UTF-8. "),
        (b"# A\nb\0\n", "docs/en/a.md:2: holds a NUL character"),
    ],
)
def test_another_encoding_is_told_with_its_line(root, data: bytes, message: str):
    (root / "docs/en/a.md").write_bytes(data)
    with pytest.raises(PageError) as caught:
        read_text_file(root, "docs/en/a.md", PageError)
    assert str(caught.value).startswith(message)
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_in_one_way(root, end: str):
    (root / "docs/en/a.md").write_bytes(f"# A{end}b{end}".encode())
    assert read_text_file(root, "docs/en/a.md") == "# A\nb\n"


def test_a_file_that_is_not_there_is_not_a_fault(root):
    with pytest.raises(FileNotFoundError):
        read_text_file(root, "docs/en/b.md")


def test_a_file_that_nobody_may_read_is_told(root, monkeypatch):
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", "x")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ProjectError, match=r"^docs/en/a\.md:1: cannot be read: Permission denied"):
        read_text_file(root, "docs/en/a.md")
