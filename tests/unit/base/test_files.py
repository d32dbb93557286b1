from __future__ import annotations

import pytest

from asrun.base.files import PACKAGE_FOLDER, write_atomically


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
