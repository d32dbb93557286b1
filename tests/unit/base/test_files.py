from __future__ import annotations

import errno
import os
import subprocess

import pytest

from asrun.base.files import (
    PACKAGE_FOLDER,
    TEMPORARY_SUFFIX,
    change_files,
    make_temporary_prefix,
    remove_leftovers,
    write_atomically,
)
from support.project import ROOT


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    file = tmp_path / "a.out"
    file.write_text("old\n")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "new \ud800\n")
    assert file.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_write_of_the_same_text_does_not_touch_the_file(tmp_path):
    file = tmp_path / "a.out"
    write_atomically(file, "same\n")
    before = file.stat().st_ino, file.stat().st_mtime_ns
    write_atomically(file, "same\n")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


def test_a_folder_that_is_missing_is_made(tmp_path):
    write_atomically(tmp_path / "a" / "b.out", "new\n")
    assert (tmp_path / "a" / "b.out").read_text() == "new\n"


def test_the_folder_of_the_engine_is_the_one_that_holds_its_packages():
    assert (PACKAGE_FOLDER / "worker" / "__main__.py").is_file()


def test_a_file_that_is_no_text_is_replaced(tmp_path):
    file = tmp_path / "a.out"
    file.write_bytes(b"\xff\n")
    write_atomically(file, "new\n")
    assert file.read_text() == "new\n"


def find_dead_process() -> int:
    with subprocess.Popen(["true"]) as process:
        pass
    return process.pid


def test_what_a_killed_process_left_is_removed_and_what_a_running_one_writes_is_not(tmp_path):
    dead, alive = find_dead_process(), os.getpid()
    (tmp_path / "a").mkdir()
    (tmp_path / f"a/.x.out-{dead}-abc_1234{TEMPORARY_SUFFIX}").write_text("half")
    (tmp_path / f".site-{dead}-abc_1234{TEMPORARY_SUFFIX}").mkdir()
    kept = [
        tmp_path / f".y.out-{alive}-abc_1234{TEMPORARY_SUFFIX}",
        tmp_path / f"z-{dead}-abc{TEMPORARY_SUFFIX}",
        tmp_path / ".x.out",
    ]
    for file in kept:
        file.write_text("mine")
    remove_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "a"])
    assert list((tmp_path / "a").iterdir()) == []


def test_git_ignores_leftovers():
    name = f"{make_temporary_prefix('cat.out')}x{TEMPORARY_SUFFIX}"
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", f"snippets/tensors/{name}", f".site{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(done.stdout.splitlines()) == 2, done


def test_a_write_into_a_full_disk_names_the_file(tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "a.out"
    file.write_text("old\n")
    monkeypatch.setattr(os, "fdopen", fail)
    with pytest.raises(OSError, match="No space left") as caught:
        write_atomically(file, "new\n")
    assert caught.value.filename == str(file)
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_text() == "old\n"


def test_a_long_name_can_be_written(tmp_path):
    file = tmp_path / ("x" * 240)
    write_atomically(file, "new\n")
    assert file.read_text() == "new\n"


def test_files_are_changed_all_together(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old/a.md").write_text("a\n")
    change_files(tmp_path, {"new/b.md": "b\n"}, ["old/a.md"])
    assert (tmp_path / "new/b.md").read_text() == "b\n"
    assert not (tmp_path / "old").exists()


def test_if_one_file_cannot_be_written_none_is_changed(tmp_path):
    (tmp_path / "a.md").write_text("a\n")
    (tmp_path / "c.md").write_text("c\n")
    with pytest.raises(UnicodeEncodeError):
        change_files(tmp_path, {"a.md": "A\n", "x/b.md": "B\n", "d.md": "\ud800"}, ["c.md"])
    found = {file.name: file.read_text() for file in tmp_path.rglob("*") if file.is_file()}
    assert found == {"a.md": "a\n", "c.md": "c\n"}
    assert not (tmp_path / "x").exists()


def test_if_one_file_cannot_be_removed_none_is_changed(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.md").write_text("a\n")
    with pytest.raises(OSError, match="folder"):
        change_files(tmp_path, {"a.md": "A\n"}, ["folder"])
    assert (tmp_path / "a.md").read_text() == "a\n"
