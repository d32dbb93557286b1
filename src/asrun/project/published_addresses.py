"""Published addresses: the pages that earlier commits had, as far as git's history goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from asrun.base.errors import Location, PageError, ProjectError
from asrun.base.git import run_git
from asrun.base.languages import LANGUAGES
from asrun.lists.redirects import REDIRECTS_PATH, make_address
from asrun.project.project import Project

_PAGE_SUFFIXES = (".md", ".py")


def describe_missing_history(root: Path) -> str | None:
    """Return why earlier addresses cannot be looked up here; None if they can."""
    try:
        shallow = run_git(root, "rev-parse", "--is-shallow-repository").strip()
        run_git(root, "rev-parse", "--verify", "HEAD")
    except ProjectError:
        return "git has no history of it here"
    return (
        "the clone is shallow: `git fetch --unshallow` brings the rest"
        if shallow == "true"
        else None
    )


def find_lost_addresses(project: Project) -> Iterator[PageError]:
    """Yield the addresses of earlier commits that have neither a page nor a redirect now.

    Nothing is yielded where the history is not whole; `describe_missing_history` says so.
    """
    if describe_missing_history(project.root) is not None:
        return
    current = {make_address(page.uri) for page in project.prose_pages}
    current |= {
        make_address(error.location.path.split("/", 2)[-1]) for error in project.loading_errors
    }
    current |= {redirect.address for redirect in project.redirects}
    path_by_address: dict[str, str] = {}
    for path in _list_added_paths(project.root):
        path_by_address.setdefault(make_address(path.split("/", 2)[2]), path)
    for address, path in sorted(path_by_address.items()):
        if address not in current:
            yield PageError(
                Location(REDIRECTS_PATH),
                f"{path} was a page once, and nothing is at its address {address} now",
                f'Add `"{address}" = "CHAPTER/NAME"`, the page that took its place, or `"none"`; '
                "`make move` and `make remove` do it by themselves.",
            )


def _list_added_paths(root: Path) -> list[str]:
    """Return the pages that some commit added, with their language's folder, the latest first."""
    folders = [f"docs/{language}" for language in LANGUAGES]
    log = run_git(
        root,
        *("log", "--format=", "--name-only", "--diff-filter=A", "--no-renames", "--relative", "-z"),
        *("--", *folders),
    )
    return [
        path
        for path in dict.fromkeys(log.replace("\n", "\0").split("\0"))
        if path.endswith(_PAGE_SUFFIXES) and path.startswith(tuple(f"{name}/" for name in folders))
    ]
