"""Pages that move or go: every file that names one is changed with it, all of them or none.

That is the page in both languages, the nav, the snippets that only this page shows, the links of
other pages, what was declared in sync, where the snippets were verified, where the original's
blocks live, and the redirect that leads readers of the old address on.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asrun.base.errors import Location, PageError, ProjectError
from asrun.base.files import change_files
from asrun.base.languages import LANGUAGES
from asrun.labs.lab import Lab, parse_lab
from asrun.lists.redirects import (
    NO_SUCCESSOR,
    REDIRECTS_PATH,
    add_redirect,
    format_redirects,
    make_address,
)
from asrun.pages.page import CODE_SPAN, Fence, Page, parse_page_or_empty
from asrun.project.nav import parse_nav, read_nav
from asrun.project.project import Project, load_project
from asrun.project.scaffold import check_page_name, read_chapter_nav
from asrun.translation.sections import PagePair, pair_pages
from asrun.translation.sync_file import SYNC_FILE_PATH, SyncedSection, format_sync_file
from asrun.verification.record import RECORD_PATH, VerificationRecord, format_record

# The target of a link in Markdown, in brackets or as a definition; code spans are passed over.
_LINK_TARGET = re.compile(
    rf"(?P<code>{CODE_SPAN})"
    r"|(?P<before>\]\(\s*<?|^ {0,3}\[[^\]]+\]:\s*<?)(?P<path>[^\s()<>#]*)(?P<section>#[^\s()<>]*)?"
)
_LAB_SUFFIX = ".py"
# Data files whose strings name pages and snippets: all but those that are written anew as a whole.
_OWN_DATA_FILES = (REDIRECTS_PATH, SYNC_FILE_PATH)

# What becomes of a link to (page, "#section" or ""); None if it stays as it is.
_Redirection = Callable[[str, str], tuple[str, str] | None]


@dataclass
class Relocation:
    """The files that are written anew, by their path, and those that are removed."""

    text_by_path: dict[str, str] = field(default_factory=dict)
    removed_paths: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[str]:
        """What to say of it, line by line."""
        return [
            *(
                f"{path}: removed"
                for path in sorted(set(self.removed_paths) - {*self.text_by_path})
            ),
            *(f"{path}: written" for path in sorted(self.text_by_path)),
        ]


def move_page(root: Path, old: str, new: str) -> list[str]:
    """Move a page or lab to another address, with everything that names it.

    Its snippets in its chapter's folder that no other page shows go to the new chapter's folder.
    Verdicts of moved snippets stay valid, and so does what was declared in sync.

    Args:
        root: the project's folder.
        old: the page, ``tensors/gather``.
        new: its new address, ``data/gather``. There must be such a chapter, or a line for the page
            in the nav of both languages.

    Returns:
        What was written and removed, line by line.

    Raises:
        AsrunError: if there is no such page, or something is at the new address, or a file of the
            project cannot be read. Nothing has changed then.
    """
    project = _load_readable_project(root)
    old_uri = _find_uri(project, old)
    check_page_name(new)
    new_uri = new + posixpath.splitext(old_uri)[1]
    old_chapter, new_chapter = old_uri.rpartition("/")[0], new.partition("/")[0]
    if old_uri.endswith(_LAB_SUFFIX) and old_chapter != new_chapter:
        raise ProjectError(
            Location(f"docs/zh/{old_uri}"),
            "a lab stays among the labs",
            f"Write `make move from={make_address(old_uri)} to={old_chapter}/NAME`.",
        )
    name_by_old_name = {
        name: _rename_snippet(name, make_address(old_uri), new)
        for name in _list_own_snippets(project, old_uri)
    }
    name_by_old_name = {
        name: new_name for name, new_name in name_by_old_name.items() if name != new_name
    }
    _check_nothing_there(root, new, name_by_old_name)
    change = Relocation()
    for language in LANGUAGES:
        _move_in_nav(root, language, old_uri, new_uri, change)

    def follow(uri: str, section: str) -> tuple[str, str] | None:
        return (new_uri, section) if uri == old_uri else None

    pairs_after = _rewrite_pages(project, follow, change, {old_uri: new_uri}, name_by_old_name)
    for name, new_name in name_by_old_name.items():
        _move_snippet(root, name, new_name, change)
    _rewrite_data_files(project, old_uri, new_uri, name_by_old_name, change)
    _rewrite_sync(project, pairs_after, {old_uri: new_uri}, change)
    _rewrite_record(project, name_by_old_name, (), change)
    _rewrite_redirects(project, old_uri, new, change)
    change_files(root, change.text_by_path, change.removed_paths)
    return change.messages


def remove_page(root: Path, page: str, target: str) -> list[str]:
    """Remove a page or lab, with everything that names it, and the snippets of its own.

    Links to it lead to its successor afterwards.

    Args:
        root: the project's folder.
        page: the page, ``tensors/gather``.
        target: where readers of its address are led: ``data/gather``, ``data/gather#index``, or
            ``none``.

    Returns:
        What was written and removed, line by line.

    Raises:
        AsrunError: if there is no such page or target; if links lead to the page and it has no
            successor; if the original's blocks live there. Nothing has changed then.
    """
    project = _load_readable_project(root)
    uri = _find_uri(project, page)
    address = make_address(uri)
    if not target:
        raise ProjectError(
            Location(REDIRECTS_PATH),
            f"where are readers of {address} to be led?",
            f"Write `make remove page={address} to=CHAPTER/NAME`, or `to={NO_SUCCESSOR}`.",
        )
    change = Relocation()
    successor_uri, section = None, ""
    if target != NO_SUCCESSOR:
        successor_uri, section = _find_section(project, target, uri)
    successor = make_address(successor_uri) + section if successor_uri else None
    _rewrite_redirects(project, uri, successor, change)
    own_names = _list_own_snippets(project, uri)
    _check_unnamed_in_data_files(project, uri, own_names)
    dead_links: list[Location] = []

    def follow(linked_uri: str, _: str) -> tuple[str, str] | None:
        if linked_uri != uri:
            return None
        return (successor_uri, section) if successor_uri else None

    for each in (*project.pages, *map(_make_source_page, project.labs)):
        if each.uri != uri and successor_uri is None:
            dead_links += _find_links_to(each, uri)
    if dead_links:
        others = f" and {len(dead_links) - 1} more" if len(dead_links) > 1 else ""
        raise PageError(
            dead_links[0],
            f"links to {uri}{others}: {', '.join(map(str, dead_links))}",
            f"Take the links out, or name a page for `to=`, and remove {address} again.",
        )
    for language in LANGUAGES:
        change.removed_paths.append(f"docs/{language}/{uri}")
        if nav := read_nav(root, language):
            _write(root, nav.path, nav.remove_page(uri), change)
    pairs_after = _rewrite_pages(project, follow, change, {uri: None}, {})
    for name in own_names:
        snippet = project.snippets[name]
        change.removed_paths += [
            path for path in (snippet.path, snippet.out_path) if (root / path).is_file()
        ]
    _rewrite_sync(project, pairs_after, {uri: None}, change)
    _rewrite_record(project, {}, own_names, change)
    change_files(root, change.text_by_path, change.removed_paths)
    return change.messages


def _load_readable_project(root: Path) -> Project:
    """Return the project; raise the first error of a file that cannot be read."""
    project = load_project(root)
    for error in project.loading_errors:
        raise error
    return project


def _find_uri(project: Project, page: str) -> str:
    """Return the URI of a page or lab that is there in both languages.

    Raises:
        ProjectError: if there is none.
    """
    address = make_address(re.sub(rf"^docs/({'|'.join(LANGUAGES)})/", "", page).strip("/"))
    languages_by_uri: dict[str, set[str]] = {}
    for each in project.prose_pages:
        languages_by_uri.setdefault(each.uri, set()).add(each.language)
    for uri in (f"{address}.md", f"{address}{_LAB_SUFFIX}"):
        if languages_by_uri.get(uri) == {*LANGUAGES}:
            return uri
    raise ProjectError(
        Location(f"docs/zh/{address}.md"),
        f"there is no page `{page}` in both languages",
        "Name one as its address has it, such as `tensors/gather`.",
    )


def _find_section(project: Project, target: str, removed_uri: str) -> tuple[str, str]:
    """Return the URI of a target, and its section with the ``#``; empty if it names none.

    Raises:
        ProjectError: if there is no such page or section, or if it is the page that goes.
    """
    path, hash_sign, section_id = target.partition("#")
    uri = _find_uri(project, path)
    pages = project.page_pairs[uri].pages.values() if uri in project.page_pairs else ()
    ids = {heading.id for page in pages for heading in parse_page_or_empty(page).headings}
    if uri == removed_uri or (section_id and section_id not in ids):
        raise ProjectError(
            Location(f"docs/zh/{uri}"),
            f"`{target}` is no page or section that stays",
            "Name one that does, such as `to=data/gather#index`.",
        )
    return uri, hash_sign + section_id


def _check_nothing_there(root: Path, new: str, name_by_old_name: Mapping[str, str]) -> None:
    paths = [
        f"docs/{language}/{new}{end}" for language in LANGUAGES for end in (".md", _LAB_SUFFIX)
    ]
    for name in name_by_old_name.values():
        paths += [f"snippets/{name}", f"snippets/{name.removesuffix('.py')}.out"]
    for path in paths:
        if (root / path).exists():
            raise ProjectError(
                Location(path), "is there already", "Choose another name, or remove it first."
            )


def _list_own_snippets(project: Project, uri: str) -> list[str]:
    """Return the snippets that no other page shows."""
    return [
        name
        for name, pages in project.group_pages_by_snippet().items()
        if {page.uri for page in pages} == {uri} and name in project.snippets
    ]


def _rename_snippet(name: str, old: str, new: str) -> str:
    """Return a snippet's name after its page moved: in the new chapter's folder."""
    for folder, new_folder in ((old, new), (old.rpartition("/")[0], new.rpartition("/")[0])):
        if folder and name.startswith(f"{folder}/"):
            return f"{new_folder}/{name.removeprefix(f'{folder}/')}"
    return name


def _write(root: Path, path: str, text: str, change: Relocation) -> None:
    """Write a file if that changes it."""
    file = root / path
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        change.text_by_path[path] = text


def _move_in_nav(root: Path, language: str, old_uri: str, new_uri: str, change: Relocation) -> None:
    nav = read_nav(root, language)
    title = nav.find_title(old_uri) if nav else None
    if nav is None or title is None:
        return  # a check says what the nav does not lead to
    if posixpath.dirname(old_uri) == posixpath.dirname(new_uri):
        text = nav.rename_page(old_uri, new_uri).source
    else:
        read_chapter_nav(root, language, make_address(new_uri))
        with_page = parse_nav(nav.path, nav.insert_page(new_uri, title))
        assert with_page is not None
        text = with_page.remove_page(old_uri)
    _write(root, nav.path, text, change)


def _move_snippet(root: Path, name: str, new_name: str, change: Relocation) -> None:
    for end in (".py", ".out"):
        path = f"snippets/{name.removesuffix('.py')}{end}"
        if (root / path).is_file():
            text = (root / path).read_text(encoding="utf-8")
            change.text_by_path[f"snippets/{new_name.removesuffix('.py')}{end}"] = text
            change.removed_paths.append(path)


def _rewrite_pages(
    project: Project,
    follow: _Redirection,
    change: Relocation,
    uri_by_old_uri: Mapping[str, str | None],
    name_by_old_name: Mapping[str, str],
) -> dict[str, PagePair]:
    """Write the pages and labs that change; return those of them that are left, by their old URI.

    ``uri_by_old_uri`` has the page that moves, or, with None, the one that goes.
    """
    changed: dict[str, dict[str, Page]] = {}
    for page in (*project.pages, *map(_make_source_page, project.labs)):
        new_uri = uri_by_old_uri.get(page.uri, page.uri)
        if new_uri is None:
            continue
        text = _rewrite_page(page, new_uri, follow, name_by_old_name)
        if new_uri != page.uri:
            text = _rename_in_comments(text, make_address(page.uri), make_address(new_uri))
            change.removed_paths.append(page.path)
        if text != page.source or new_uri != page.uri:
            path = f"docs/{page.language}/{new_uri}"
            change.text_by_path[path] = text
            new_page = Page(path, new_uri, page.language, text)
            if new_uri.endswith(_LAB_SUFFIX):
                new_page = parse_lab(path, new_uri, page.language, text).prose_page
            changed.setdefault(page.uri, {})[page.language] = new_page
    pairs: dict[str, PagePair] = {}
    for old_uri, versions in changed.items():
        before = project.page_pairs.get(old_uri)
        if before is not None:
            (pairs[old_uri],) = pair_pages({**before.pages, **versions}.values()).values()
    return pairs


def _make_source_page(lab: Lab) -> Page:
    return Page(lab.path, lab.uri, lab.language, lab.source)


def _rewrite_page(
    page: Page, new_uri: str, follow: _Redirection, name_by_old_name: Mapping[str, str]
) -> str:
    """Return a page's text with links, includes and comments that are right at its new address."""
    lines = page.source.splitlines(keepends=True)
    if not page.uri.endswith(_LAB_SUFFIX):
        for fence in parse_page_or_empty(page).fences:
            _rewrite_include(fence, lines, name_by_old_name)
    for index, line in _list_prose_lines(page):
        lines[index] = _rewrite_links(line, page.uri, new_uri, follow)
        for name, new_name in name_by_old_name.items():
            pattern = rf"(?<![\w/-])snippets/{re.escape(name)}(?!\w)"
            lines[index] = re.sub(pattern, f"snippets/{new_name}", lines[index])
    return "".join(lines)


def _rewrite_include(fence: Fence, lines: list[str], name_by_old_name: Mapping[str, str]) -> None:
    name = fence.included_snippet
    if name is not None and name in name_by_old_name:
        lines[fence.line] = lines[fence.line].replace(f'"{name}"', f'"{name_by_old_name[name]}"')


def _rewrite_links(line: str, uri: str, new_uri: str, follow: _Redirection) -> str:
    """Return a line of a page with links that lead where they led, or where their page went."""

    def rewrite(match: re.Match[str]) -> str:
        path, section = match["path"], match["section"] or ""
        linked_uri = _resolve(uri, path) if path and not match["code"] else None
        if linked_uri is None:
            return match[0]
        followed = follow(linked_uri, section)
        if followed is None and new_uri == uri:
            return match[0]
        target_uri, target_section = followed or (linked_uri, section)
        link = posixpath.relpath(target_uri, posixpath.dirname(new_uri) or ".")
        return f"{match['before']}{link}{target_section}"

    return _LINK_TARGET.sub(rewrite, line)


def _rename_in_comments(text: str, old: str, new: str) -> str:
    """Return a page's text with the commands that its own comments name, for the new address."""
    return re.sub(rf"\b(only|page)={re.escape(old)}(?![\w/-])", rf"\1={new}", text)


def _find_links_to(page: Page, uri: str) -> list[Location]:
    """Return the lines of a page with links to another one."""
    return [
        page.locate_line(index + 1)
        for index, line in _list_prose_lines(page)
        if any(
            not match["code"] and match["path"] and _resolve(page.uri, match["path"]) == uri
            for match in _LINK_TARGET.finditer(line)
        )
    ]


def _resolve(uri: str, path: str) -> str | None:
    """Return the page or file that a link leads to; None if it leads out of the site."""
    if path.startswith("/") or re.match(r"[a-z][a-z+.-]*:", path):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(uri), path))


def _list_prose_lines(page: Page) -> list[tuple[int, str]]:
    """Return index and text of the lines that can hold links: in a lab, the comments."""
    lines = list(enumerate(page.source.splitlines(keepends=True)))
    if page.uri.endswith(_LAB_SUFFIX):
        return [(index, line) for index, line in lines if line.startswith("#")]
    fences = parse_page_or_empty(page).fences
    fenced = {number for fence in fences for number in fence.line_numbers}
    return [(index, line) for index, line in lines if index + 1 not in fenced]


def _compile_string_pattern(uri: str, names: Mapping[str, str] | list[str]) -> re.Pattern[str]:
    """Return what matches a string of a data file that names the page or one of the snippets."""
    quoted_names = "|".join(map(re.escape, (uri, *names)))
    return re.compile(rf'(?<=")(?P<name>{quoted_names})(?=["#])')


def _list_data_files(project: Project) -> list[tuple[str, str]]:
    """Return path and text of the data files whose strings name pages and snippets."""
    files = sorted((project.root / "docs").glob("*.toml"))
    paths = [file.relative_to(project.root).as_posix() for file in files]
    return [
        (path, (project.root / path).read_text(encoding="utf-8"))
        for path in paths
        if path not in _OWN_DATA_FILES
    ]


def _rewrite_data_files(
    project: Project,
    uri: str,
    new_uri: str,
    name_by_old_name: Mapping[str, str],
    change: Relocation,
) -> None:
    renamed = {**name_by_old_name, uri: new_uri}
    pattern = _compile_string_pattern(uri, name_by_old_name)
    for path, text in _list_data_files(project):
        new_text = pattern.sub(lambda match: renamed[match["name"]], text)
        _write(project.root, path, new_text, change)


def _check_unnamed_in_data_files(project: Project, uri: str, names: list[str]) -> None:
    """Check that no data file names the page that goes, or a snippet that goes with it."""
    pattern = _compile_string_pattern(uri, names)
    for path, text in _list_data_files(project):
        for number, line in enumerate(text.splitlines(), 1):
            if match := pattern.search(line):
                raise PageError(
                    Location(path, number),
                    f"names {match['name']}, which would be gone",
                    "Say there where it lives now, or bring the program to another page first.",
                )


def _rewrite_sync(
    project: Project,
    pairs_after: Mapping[str, PagePair],
    uri_by_old_uri: Mapping[str, str | None],
    change: Relocation,
) -> None:
    """Rename what was declared in sync; what was in sync before the rewriting still is."""
    if project.sync is None:
        return
    sync = {}
    for key, synced in project.sync.items():
        uri, _, section_id = key.partition("#")
        new_uri = uri_by_old_uri.get(uri, uri)
        if new_uri is None:
            continue
        new_key = f"{new_uri}#{section_id}"
        before, after = project.page_pairs.get(uri), pairs_after.get(uri)
        digests = dict(synced.digests)
        for language in LANGUAGES if before and after else ():
            assert before is not None and after is not None
            section_before = before.sections[language].get(key)
            section_after = after.sections[language].get(new_key)
            if (
                section_before
                and section_after
                and section_before.digest == synced.digests[language]
            ):
                digests[language] = section_after.digest
        sync[new_key] = SyncedSection(digests)
    _write(project.root, SYNC_FILE_PATH, format_sync_file(sync), change)


def _rewrite_record(
    project: Project,
    name_by_old_name: Mapping[str, str],
    gone: list[str] | tuple[()],
    change: Relocation,
) -> None:
    """Rename the verdicts of snippets that moved, and drop those of snippets that are gone."""
    record = project.verification_record
    if record is None:
        return
    snippet_records = {
        name_by_old_name.get(name, name): snippet_record
        for name, snippet_record in record.snippet_records.items()
        if name not in gone
    }
    new_record = VerificationRecord(record.environments, snippet_records)
    _write(project.root, RECORD_PATH, format_record(new_record), change)


def _rewrite_redirects(project: Project, uri: str, target: str | None, change: Relocation) -> None:
    """Lead the readers of a page's address on."""
    redirects = add_redirect(project.redirects, make_address(uri), target)
    _write(project.root, REDIRECTS_PATH, format_redirects(redirects), change)
