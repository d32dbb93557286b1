"""Redirects: the addresses that pages had once, and where their readers are led now.

One file lists them for both languages, since a page has the same address in both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from asrun.base.errors import Location, PageError
from asrun.base.languages import LANGUAGES
from asrun.base.toml import parse_toml

REDIRECTS_PATH = "docs/redirects.toml"
NO_SUCCESSOR = "none"
_HEADER = """\
# The addresses that pages had once, and the page, or its section, that readers find there now;
# "none" if nothing took a page's place. `make move` and `make remove` write this.
"""
_ADDRESS_PATTERN = re.compile(r"[a-z0-9][\w.-]*(?:/[a-z0-9][\w.-]*)*", re.ASCII)
_TARGET_PATTERN = re.compile(rf"(?:{_ADDRESS_PATTERN.pattern})(?:#[\w-]+)?", re.ASCII)


@dataclass(frozen=True)
class Redirect:
    """An address of earlier, ``tensors/gather``, and its successor, ``data/gather#index``.

    ``target`` is None if the page has no successor. ``line`` is that of the data file.
    """

    address: str
    target: str | None
    line: int = 1

    @property
    def location(self) -> Location:
        """Where the file lists it."""
        return Location(REDIRECTS_PATH, self.line)


Redirects = tuple[Redirect, ...]


def make_address(uri: str) -> str:
    """Return the address of a page or lab: ``tensors/gather`` for ``tensors/gather.md``."""
    return re.sub(r"\.(?:md|py)$", "", uri)


def parse_redirects(text: str) -> Redirects:
    """Return the redirects that the file's text lists.

    Raises:
        PageError: for what is not TOML, or a line with something else than two addresses.
    """
    line_by_address = {
        line.split('"')[1]: number
        for number, line in enumerate(text.splitlines(), 1)
        if line.startswith('"')
    }
    redirects = []
    for address, target in parse_toml(text, REDIRECTS_PATH).items():
        line = line_by_address.get(address, 1)
        if not (
            _ADDRESS_PATTERN.fullmatch(address)
            and address.partition("/")[0] not in LANGUAGES
            and isinstance(target, str)
            and _TARGET_PATTERN.fullmatch(target)
        ):
            raise PageError(
                Location(REDIRECTS_PATH, line),
                f"`{address}` or where it leads is no address of a page",
                'Write `"tensors/gather" = "data/gather"`, without language and ending.',
            )
        redirects.append(Redirect(address, None if target == NO_SUCCESSOR else target, line))
    return tuple(redirects)


def format_redirects(redirects: Iterable[Redirect]) -> str:
    """Return the file's text: one line an address, sorted."""
    return _HEADER + "".join(
        f'"{redirect.address}" = "{redirect.target or NO_SUCCESSOR}"\n'
        for redirect in sorted(redirects, key=lambda redirect: redirect.address)
    )


def add_redirect(redirects: Redirects, address: str, target: str | None) -> Redirects:
    """Return the redirects after a page went from an address.

    Those that led to it lead to its successor, so that no redirect leads to another one. The
    successor's own address has a page, so that it is no longer listed.
    """
    successor_address = target.partition("#")[0] if target else None
    kept = []
    for redirect in redirects:
        path, _, section = (redirect.target or "").partition("#")
        if redirect.address in (address, successor_address):
            continue
        if path == address:
            # A page that moved took its sections with it; one that was removed did not.
            follows = f"{target}#{section}" if section and target and "#" not in target else target
            kept.append(Redirect(redirect.address, follows))
        else:
            kept.append(redirect)
    return (*kept, Redirect(address, target))


def find_redirect_problems(
    redirects: Redirects, section_ids_by_address: Mapping[str, Collection[str]]
) -> Iterator[PageError]:
    """Yield what is wrong with redirects.

    Args:
        redirects: the redirects.
        section_ids_by_address: the addresses of all pages, each with the ids on the page.
    """
    redirect_by_address = {redirect.address: redirect for redirect in redirects}
    for redirect in redirects:
        if redirect.address in section_ids_by_address:
            yield PageError(
                redirect.location,
                f"there is a page at the old address {redirect.address}",
                "Delete the line: the page is published there.",
            )
        if redirect.target is None:
            continue
        path, _, section = redirect.target.partition("#")
        if path in redirect_by_address and path not in section_ids_by_address:
            end = redirect_by_address[path].target or NO_SUCCESSOR
            yield PageError(
                redirect.location,
                f"leads to {path}, which leads on to {end}",
                f'Write `"{redirect.address}" = "{end}"`.',
            )
        elif path not in section_ids_by_address:
            yield PageError(
                redirect.location,
                f"leads to {path}, and there is no such page",
                f"Name the page that took its place, or write `{NO_SUCCESSOR}`.",
            )
        elif section and section not in section_ids_by_address[path]:
            yield PageError(
                redirect.location,
                f"leads to no section of {path}: {section}",
                "Name one that is there, or none.",
            )
