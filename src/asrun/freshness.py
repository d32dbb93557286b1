"""Freshness: which sections of a page changed since both languages were last compared.

One data file holds, for each section, what it said in each language when somebody last declared
that both say the same. What parity holds equal (programs, code blocks, where links lead) is not
counted: it cannot change in one language alone.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from asrun import parity
from asrun.errors import PageError, Place, ProjectError
from asrun.expand import Expanded
from asrun.page import CODE_SPAN, TOP, Page, outline
from asrun.snippet import LANGUAGES

PATH = "docs/sync.toml"

_HEAD = """\
# What each section said, in each language, when both were last declared to say the same: a hash of
# its words, then one of the facts in them. `make synced` writes this, `make stale` lists changes.
# After a merge conflict keep either line, compare the section, and declare it again.
# Where a page moved, change its name here.
"""
_ENDINGS = ("", ".md", ".py")
_TARGET = re.compile(r"(?:docs/(?P<language>\w+)/)?(?P<uri>[^#]+)(?:#(?P<id>[\w-]+))?$")

# Where a block begins even though no blank line is above it.
_BEGINS = re.compile(r"\s*(?P<kind>[-*+] |\d+[.)] |[|>]|#{1,6} |!!! |\?\?\?)")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_LINK_TARGET = re.compile(rf"(?P<code>{CODE_SPAN.pattern})|\]\([^)\s]+".replace(r"\1", r"\2"))
_RULE = re.compile(r"[|:\s-]+")
# What a correction of spelling leaves alone, besides code and tables: numbers, and "not".
_FACTS = {
    "zh": re.compile(r"\d+(?:[.,]\d+)*|[零一二两三四五六七八九十百千万半]+|[不没无非未别]"),
    "en": re.compile(
        r"\d+(?:[.,]\d+)*|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|half|both|"
        r"first|second|third|once|twice|no|not|never|none|nothing|neither|nor|cannot|without)\b"
        r"|n['’]t\b",
        re.IGNORECASE,
    ),
}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "behind": "英文版已经更新，本页这几处还没有跟上：{}。",
        "both": "这几处中英文都改过，还没有互相核对：{}。",
        "item": "{}（{}）",
        "joint": "；",
        TOP: "开头",
    },
    "en": {
        "behind": "The Chinese version has changed; here this page has yet to follow: {}.",
        "both": "Changed in both languages, and not compared since: {}.",
        "item": "{} ({})",
        "joint": "; ",
        TOP: "the opening",
    },
}


@dataclass(frozen=True)
class Digest:
    """What a section says: a hash of its words, and one of the facts among them.

    Facts are numbers, negations, code spans, tables, and what kinds of blocks follow each other.
    """

    words: str
    facts: str

    def __str__(self) -> str:
        return f"{self.words}-{self.facts}"


@dataclass(frozen=True)
class Section:
    """A section in one language; ``key`` is the same in the other: ``tensors/joining.md#cat``."""

    key: str
    title: str
    place: Place
    digest: Digest

    @property
    def id(self) -> str:
        """Its heading's id."""
        return self.key.partition("#")[2]


@dataclass(frozen=True)
class Synced:
    """What a section said in each language when both were declared the same, and the line of it."""

    digests: Mapping[str, Digest]
    line: int = 1


@dataclass(frozen=True)
class Change:
    """A section that changed since its last sync, in the languages that it changed in.

    If that is one, the other is behind. If it is both, neither is known to be right.
    """

    sections: Mapping[str, Section]
    languages: tuple[str, ...]


Sync = Mapping[str, Synced]
Pair = Mapping[str, Page]


def parse(text: str) -> Sync:
    """Read the data file.

    Raises:
        PageError: for what is not TOML (the marks of a merge conflict, a section twice), or a line
            that holds something else.
    """
    way_out = (
        "After a merge keep one line a section, compare it on both pages, and declare it again: "
        "`make synced page=CHAPTER/PAGE#SECTION`."
    )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = Place(PATH, int(line[1]) if line else 1)
        raise PageError(place, f"not TOML: {error}", way_out) from error
    lines = {line.partition('"')[2].partition('"')[0]: n for n, line in _numbered(text)}
    found = {}
    for key, entry in data.items():
        place = Place(PATH, lines.get(key, 1))
        try:
            digests = {name: Digest(*entry[name].split("-")) for name in LANGUAGES}
        except (KeyError, TypeError, AttributeError) as error:
            raise PageError(place, f"not a line of ours: `{key}`", way_out) from error
        found[key] = Synced(digests, place.line)
    return found


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return ((n, line) for n, line in enumerate(text.splitlines(), 1) if line.startswith('"'))


def written(sync: Sync) -> str:
    """Return the data file: one line a section, each whole by itself, so that merges are easy."""
    lines = (
        f'"{key}" = {{ zh = "{synced.digests["zh"]}", en = "{synced.digests["en"]}" }}\n'
        for key, synced in sorted(sync.items())
    )
    return _HEAD + "".join(lines)


def pairs(pages: Iterable[Page]) -> dict[str, Pair]:
    """Return the pages that are there in both languages and can be read, by their URI."""
    found: dict[str, dict[str, Page]] = {}
    for page in pages:
        try:
            outline(page)
        except PageError:
            continue
        found.setdefault(page.uri, {})[page.language] = page
    return {uri: pair for uri, pair in found.items() if len(pair) == len(LANGUAGES)}


@lru_cache(maxsize=4096)
def sections(page: Page) -> Mapping[str, Section]:
    """Return the sections of a page by their keys, the part above the first one too.

    Raises:
        PageError: for a fence that is never closed.
    """
    parts = outline(page)
    lines = page.source.splitlines()
    for fence in parts.fences:
        lines[fence.line - 1 : fence.line + len(fence.body) + 1] = [""] * (len(fence.body) + 2)
    for mark in parts.lists:
        lines[mark.line - 1] = ""
    title = next((heading.line for heading in parts.headings if heading.level == 1), 1)
    starts = [(0, title, TOP, "")]
    starts += [(h.line - 1, h.line, h.id, h.title) for h in parts.headings if h.level > 1 and h.id]
    found = {}
    for (start, line, name, heading), (end, *_) in pairwise([*starts, (len(lines), 0, "", "")]):
        key = f"{page.uri}#{name}"
        digest = _digest(lines[start:end], page.language)
        found[key] = Section(key, heading, page.place(line), digest)
    return found


def _digest(lines: Sequence[str], language: str) -> Digest:
    blocks = list(_blocks(lines))
    facts = []
    for kind, text in blocks:
        code = [match[0] for match in CODE_SPAN.finditer(text)]
        said = _FACTS[language].findall(CODE_SPAN.sub("", text).lower())
        facts.append(repr((kind, code, said, text if kind == "|" else "")))
    return Digest(_hash(blocks, 12), _hash(facts, 8))


def _hash(parts: Sequence[object], digits: int) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:digits]


def _blocks(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each block: how it is wrapped, padded and spaced does not count."""
    kind, text = "", ""
    for line in (*lines, ""):
        begins = _BEGINS.match(line)
        if text and (begins or not line.strip()):
            yield kind, _plain(text)
            text = ""
        if begins and begins["kind"] == "|":
            if not _RULE.fullmatch(line):
                yield "|", "|".join(_plain(cell) for cell in line.strip().strip("|").split("|"))
        elif not text:
            indent = " " * (len(line) - len(line.lstrip()))
            kind, text = indent + (begins["kind"].strip() if begins else ""), line
        else:
            text += f" {line}"


def _plain(text: str) -> str:
    text = _LINK_TARGET.sub(lambda match: match["code"] or "](", " ".join(text.split()))
    return _SPACE_AT_CJK.sub("", text)


def changes(sync: Sync, pair: Pair) -> list[Change]:
    """Return the sections of a pair that changed since they were last declared in sync."""
    found = []
    zh, en = (sections(pair[language]) for language in LANGUAGES)
    for key in zh:
        if key in en and key in sync:
            both = {"zh": zh[key], "en": en[key]}
            changed = tuple(
                language
                for language, section in both.items()
                if section.digest.words != sync[key].digests[language].words
            )
            found += [Change(both, changed)] if changed else []
    return found


def problems(sync: Sync, pages: Sequence[Page]) -> Iterator[PageError]:
    """Yield the sections that the data file lacks, and those in it that are gone."""
    here = {page.uri for page in pages}
    together = pairs(pages)
    known = {key.partition("#")[0] for key in sync}
    for uri, pair in together.items():
        if uri not in known:
            yield PageError(
                pair["zh"].place(),
                f"never declared in sync with {pair['en'].path}",
                f"When both say the same: `make synced page={_name(uri)}`.",
            )
            continue
        zh, en = (sections(pair[language]) for language in LANGUAGES)
        for key in [key for key in zh if key in en and key not in sync]:
            yield PageError(
                zh[key].place,
                f"section `#{zh[key].id}` was never declared in sync with {en[key].place}",
                f"When both say the same: `make synced page={_name(key)}`.",
            )
        for key in [key for key in sync if key.partition("#")[0] == uri]:
            if key not in zh and key not in en:
                yield PageError(
                    Place(PATH, sync[key].line),
                    f"{uri} has no section `#{key.partition('#')[2]}`",
                    f"Take it out: `make synced page={_name(key)}`.",
                )
    for uri in sorted(known - here):
        line = min(entry.line for key, entry in sync.items() if key.partition("#")[0] == uri)
        yield PageError(
            Place(PATH, line),
            f"there is no page {uri}",
            f"Take it out: `make synced page={_name(uri)}`; if it moved, change its name here.",
        )


def _name(key: str) -> str:
    """Return how one types a page or a section: without the file's ending."""
    uri, mark, section = key.partition("#")
    return uri.removesuffix(".md").removesuffix(".py") + mark + section


def declare(sync: Sync, pages: Sequence[Page], target: str) -> Sync:
    """Declare that a page, or one section of it, says the same in both languages now.

    ``target`` is ``tensors/joining`` or ``tensors/joining#cat``. What is gone is taken out.

    Raises:
        ProjectError: if there is no such page or section.
        PageError: if the pair differs in what parity compares.
    """
    uri, section, _ = _resolve(sync, pages, target)
    together = pairs(pages)
    if uri not in together:
        if any(page.uri == uri for page in pages):
            raise PageError(
                Place(f"docs/zh/{uri}"), "not there in both languages, or unreadable", "Mend it."
            )
        return {key: entry for key, entry in sync.items() if key.partition("#")[0] != uri}
    now = _now(together[uri])
    chosen = {f"{uri}#{section}"} if section else {*now, *_of(sync, uri)}
    if unknown := chosen - {*now, *sync}:
        raise ProjectError(Place(f"docs/zh/{uri}"), f"no section {min(unknown)}", "Mend its name.")
    kept = {key: entry for key, entry in sync.items() if key not in chosen}
    return kept | {key: entry for key, entry in now.items() if key in chosen}


def declare_new(sync: Sync, pages: Sequence[Page]) -> Sync:
    """Declare in sync what was never declared, and take out what is gone; the rest stays.

    Raises:
        PageError: if a pair with something new differs in what parity compares.
    """
    here = {page.uri for page in pages}
    kept = {key: entry for key, entry in sync.items() if key.partition("#")[0] in here}
    for uri, pair in pairs(pages).items():
        keys = {key for language in LANGUAGES for key in sections(pair[language])}
        if keys != _of(sync, uri):
            now = _now(pair)
            kept = {key: entry for key, entry in kept.items() if key not in _of(sync, uri) - keys}
            kept = now | kept
    return kept


def declare_typo(sync: Sync, pages: Sequence[Page], target: str) -> Sync:
    """Declare that what changed on a page, or in one section of it, is spelling alone.

    ``target`` is a file, ``docs/en/tensors/joining.md``, or a section of it. Its counterpart is
    then not behind.

    Raises:
        ProjectError: if there is no such page or section, or nothing changed in it.
        PageError: if the counterpart changed too, or more changed than spelling: a number, a
            negation, code, a table, a link, a block more or less.
    """
    uri, section, language = _resolve(sync, pages, target)
    if language is None:
        raise ProjectError(
            Place(target), "in which language?", f"Name the file: docs/en/{uri} or docs/zh/{uri}."
        )
    pair = pairs(pages).get(uri)
    if pair is None:
        raise ProjectError(Place(target), "not there in both languages", "Mend it.")
    _same_shape(pair)
    changed = [
        change
        for change in changes(sync, pair)
        if language in change.languages and section in (None, change.sections[language].id)
    ]
    if not changed:
        raise ProjectError(
            Place(target), "nothing changed here since the last sync", "`make stale` lists it."
        )
    fresh = dict(sync)
    for change in changed:
        mine = change.sections[language]
        way_out = f"Compare both, then: `make synced page={_name(mine.key)}`."
        if len(change.languages) > 1:
            other = next(s for name, s in change.sections.items() if name != language)
            raise PageError(mine.place, f"{other.place} changed too", way_out)
        if mine.digest.facts != sync[mine.key].digests[language].facts:
            raise PageError(
                mine.place,
                f"more than a typo changed in `#{mine.id}`: a number, a negation, code, a table, "
                "or the number of its paragraphs",
                way_out,
            )
        entry = sync[mine.key]
        digests = {**entry.digests, language: mine.digest}
        fresh[mine.key] = replace(entry, digests=digests)
    return fresh


def _resolve(sync: Sync, pages: Sequence[Page], target: str) -> tuple[str, str | None, str | None]:
    """Return URI, section and language of what somebody typed."""
    match = _TARGET.match(target)
    known = {page.uri for page in pages} | {key.partition("#")[0] for key in sync}
    for ending in _ENDINGS:
        if match and (uri := match["uri"] + ending) in known:
            return uri, match["id"], match["language"]
    raise ProjectError(
        Place("docs/zh"), f"no page `{target}`", "Name one as it stands there: `tensors/joining`."
    )


def _of(sync: Sync, uri: str) -> set[str]:
    return {key for key in sync if key.partition("#")[0] == uri}


def _now(pair: Pair) -> dict[str, Synced]:
    """Return what a pair says now, as in sync."""
    _same_shape(pair)
    zh, en = (sections(pair[language]) for language in LANGUAGES)
    return {key: Synced({"zh": zh[key].digest, "en": en[key].digest}) for key in zh}


def _same_shape(pair: Pair) -> None:
    for error in parity.compare(pair["zh"], pair["en"]):
        raise error


def listing(change: Change) -> str:
    """Return what `make stale` says about a change: both places, and the way out."""
    zh, en = change.sections["zh"], change.sections["en"]
    declare_it = f"`make synced page={_name(zh.key)}`"
    if len(change.languages) > 1:
        return (
            f"{zh.place}: section `#{zh.id}` changed here and at {en.place} since both were "
            f"compared. Compare them, then: {declare_it}."
        )
    (language,) = change.languages
    new, old = (zh, en) if language == "zh" else (en, zh)
    return (
        f"{old.place}: section `#{old.id}` is behind {new.place}. Bring it up to date, then: "
        f"{declare_it}; if that was a typo: `make synced page={_name(zh.key)} typo={language}`."
    )


def note(found: Sequence[Change], page: Page, there: str) -> list[str]:
    """Return what a page says about its sections that are behind: Markdown, a paragraph each.

    ``there`` leads to the counterpart. A page says nothing of a section that only it changed.
    """
    words = _WORDS[page.language]
    (other,) = set(LANGUAGES) - {page.language}
    said = []
    for kind, languages in (("behind", (other,)), ("both", LANGUAGES)):
        items = []
        for change in found:
            if change.languages == languages:
                mine, theirs = change.sections[page.language], change.sections[other]
                if mine.id == TOP:
                    items.append((words[TOP], f"[{_WORDS[other][TOP]}]({there})"))
                else:
                    link = f"[{theirs.title}]({there}#{theirs.id})"
                    items.append((f"[{mine.title}](#{mine.id})", link))
        if items:
            listed = words["joint"].join(words["item"].format(*item) for item in items)
            said.append(words[kind].format(listed))
    return said


def noted(expanded: Expanded, page: Page, said: Sequence[str]) -> Expanded:
    """Return the expansion with a note, as a quote, below the page's title."""
    title = next((h.line for h in outline(page).headings if h.level == 1), None)
    if not said or title is None:
        return expanded
    at = expanded.lines.index(page.place(title)) + 1
    quote = ["", *"\n>\n".join(f"> {text}" for text in said).split("\n")]
    lines = expanded.text.splitlines()
    lines[at:at] = quote
    places = (*expanded.lines[:at], *[page.place(title)] * len(quote), *expanded.lines[at:])
    return Expanded("".join(f"{line}\n" for line in lines), places)
