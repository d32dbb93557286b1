from __future__ import annotations

from asrun.project.checks import find_project_problems
from asrun.project.project import load_project
from asrun.project.published_addresses import describe_missing_history, find_lost_addresses
from support.git import git
from support.project import PAGE


def tell(files) -> list[str]:
    return [str(error) for error in find_lost_addresses(load_project(files.root))]


def lose_a_page(files, commit: bool = True) -> None:
    files.page(PAGE, "a/二 b.md")
    files.page(PAGE, "a/old.md")
    git(files.root, "add", "-A")
    git(files.root, "commit", "-m", "more")
    for language in ("zh", "en"):
        (files.root / f"docs/{language}/a/old.md").rename(files.root / f"docs/{language}/a/new.md")
    if commit:
        git(files.root, "add", "-A")
        git(files.root, "commit", "-m", "moved")


def test_an_address_of_an_earlier_commit_is_not_lost_without_a_word(checkout):
    lose_a_page(checkout)
    (problem,) = tell(checkout)
    assert "/a/old.md was a page once, and nothing is at its address a/old now" in problem
    assert problem in [str(e) for e in find_project_problems(load_project(checkout.root))]


def test_a_move_that_is_not_committed_yet_is_told_as_well(checkout):
    lose_a_page(checkout, commit=False)
    assert len(tell(checkout)) == 1


def test_a_redirect_or_a_word_that_there_is_none_is_enough(checkout):
    lose_a_page(checkout)
    for target in ("a/new", "none"):
        checkout.write("docs/redirects.toml", f'"a/old" = "{target}"\n')
        assert tell(checkout) == []


def test_a_project_in_a_folder_of_a_repository_is_looked_up_there(checkout):
    lose_a_page(checkout)
    (checkout.root / "book").mkdir()
    for name in ("docs", "snippets"):
        git(checkout.root, "mv", name, f"book/{name}")
    git(checkout.root, "commit", "-m", "a folder")
    project = load_project(checkout.root / "book")
    assert [str(error) for error in find_lost_addresses(project)] == []


def test_a_shallow_clone_says_that_it_cannot_be_looked_up(checkout, tmp_path):
    lose_a_page(checkout)
    git(tmp_path, "clone", "--depth", "1", f"file://{checkout.root}", "shallow")
    reason = describe_missing_history(tmp_path / "shallow")
    assert reason is not None
    assert "shallow" in reason
    assert list(find_lost_addresses(load_project(tmp_path / "shallow"))) == []


def test_a_folder_without_git_says_that_it_cannot_be_looked_up(files):
    assert describe_missing_history(files.root) == "git has no history of it here"
    assert tell(files) == []
