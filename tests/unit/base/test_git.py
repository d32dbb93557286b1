from __future__ import annotations

import subprocess

import pytest

from asrun.base.errors import ProjectError
from asrun.base.git import (
    LastChange,
    find_history_gap,
    merge_last_changes,
    read_head_commit,
    read_history,
    run_git,
)


@pytest.fixture
def repository(tmp_path):
    def git(*words: str, date: str = "2026-01-02") -> None:
        subprocess.run(
            ["git", "-C", tmp_path, "-c", "user.email=a@b.c", *words],
            check=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "GIT_AUTHOR_DATE": f"{date}T12:00:00Z"}
            | {"GIT_COMMITTER_DATE": f"{date}T12:00:00Z", "HOME": str(tmp_path)},
        )

    def commit(name: str, author: str, date: str) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{author} {date}\n", encoding="utf-8")
        git("add", "-A")
        git("-c", f"user.name={author}", "commit", "-m", "x", date=date)

    git("init")
    commit("docs/一.md", "Ada", "2026-01-02")
    commit("docs/b.md", "Ada", "2026-01-03")
    commit("docs/b.md", "周", "2026-02-04")
    return tmp_path


def test_each_file_has_its_latest_change_and_all_its_authors(repository):
    known = read_history(repository)
    assert known["docs/b.md"] == LastChange("2026-02-04", ("周", "Ada"))


def test_a_name_in_chinese_is_found(repository):
    assert read_history(repository)["docs/一.md"] == LastChange("2026-01-02", ("Ada",))


def test_several_files_are_as_new_as_the_newest(repository):
    known = read_history(repository)
    assert merge_last_changes(known, ["docs/一.md", "docs/b.md"]) == LastChange(
        "2026-02-04", ("周", "Ada")
    )
    assert merge_last_changes(known, ["docs/new.md"]) is None


def test_a_name_is_the_one_that_the_mailmap_gives(repository):
    (repository / ".mailmap").write_text("Ada Lovelace <a@b.c> Ada <a@b.c>\n", encoding="utf-8")
    assert read_history(repository)["docs/b.md"].authors == ("周", "Ada Lovelace")


def test_a_name_that_the_mailmap_joins_with_another_is_shown_once(repository):
    (repository / ".mailmap").write_text("Ada Zhou <a@b.c>\n", encoding="utf-8")
    assert read_history(repository)["docs/b.md"].authors == ("Ada Zhou",)


def test_a_whole_history_has_no_gap(repository):
    assert find_history_gap(repository) is None
    assert find_history_gap(repository / "docs") is None


def test_a_shallow_clone_has_no_dates_and_says_how_to_get_them(repository, tmp_path):
    clone = tmp_path / "shallow"
    url = f"file://{repository}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, clone], check=True)
    assert read_history(clone) == {}
    assert "shallow clone" in str(find_history_gap(clone))
    assert "git fetch --unshallow" in str(find_history_gap(clone))
    assert read_head_commit(clone).hash == read_head_commit(repository).hash
    subprocess.run(["git", "-C", clone, "fetch", "-q", "--unshallow"], check=True)
    assert read_history(clone) == read_history(repository)


def test_a_checkout_of_another_user_has_no_dates_and_says_how_to_get_them(repository, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    assert read_history(repository) == {}
    assert read_head_commit(repository) is None
    assert "belongs to another user" in str(find_history_gap(repository))
    assert "git config --global --add safe.directory" in str(find_history_gap(repository))


def test_an_archive_that_was_unpacked_in_another_repository_has_no_dates(repository):
    unpacked = repository / "unpacked"
    unpacked.mkdir()
    assert read_history(unpacked) == {}
    assert read_head_commit(unpacked) is None
    assert "no commit has this folder" in str(find_history_gap(unpacked))


def test_a_repository_without_a_commit_has_no_dates(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert read_history(tmp_path) == {}
    assert "no commit has this folder" in str(find_history_gap(tmp_path))


def test_without_a_repository_there_is_no_history(tmp_path):
    assert read_history(tmp_path) == {}
    assert read_head_commit(tmp_path) is None
    assert "not built from a git checkout" in str(find_history_gap(tmp_path))


def test_what_git_refuses_is_told_in_its_own_words_with_the_way_out(repository):
    with pytest.raises(ProjectError, match=r"git show: fatal: .*nothing.*\. Fetch it\.$"):
        run_git(repository, "show", "nothing", hint="Fetch it.")


def test_a_machine_without_git_is_told_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProjectError, match=r"Install git\.$"):
        run_git(tmp_path, "status")
    assert read_history(tmp_path) == {}
    assert "Install git." in str(find_history_gap(tmp_path))
