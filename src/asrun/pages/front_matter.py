"""The front matter of a page: YAML between two lines ``---``, with the keys that the site reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from asrun.base.errors import PageError
from asrun.pages.page import FrontMatter, Page, PageStructure

REQUIRED_KEYS = ("description",)
_TEXT_KEYS = (*REQUIRED_KEYS, "title")
_KNOWN_KEYS = (*_TEXT_KEYS, "search")


def find_front_matter_problems(page: Page, structure: PageStructure) -> Iterator[PageError]:
    """Yield what is wrong with a page's front matter. Labs have none."""
    if page.uri.endswith(".py"):
        return
    front_matter = next((p for p in structure.parts if isinstance(p, FrontMatter)), None)
    if front_matter is None:
        yield PageError(
            page.locate_line(),
            "no front matter",
            "Begin the page with a line `---`, a line `description: WHAT THE PAGE TELLS`, and "
            "another `---`.",
        )
        return
    # The first line, `---`, stays: so the lines that YAML names are those of the page.
    text = "".join(f"{line}\n" for line in front_matter.lines[:-1])
    try:
        values = yaml.safe_load(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield PageError(
            page.locate_line(mark.line + 1 if mark else 1),
            f"the front matter is no YAML: {error.problem}",
            'Put the text in quotes: `description: "view or reshape: which one"`.',
        )
        return
    except yaml.YAMLError as error:
        yield PageError(
            page.locate_line(), f"the front matter is no YAML: {error}", "Write plain text."
        )
        return
    nodes = root.value if isinstance(root, yaml.MappingNode) else ()
    if not isinstance(values, dict):
        yield PageError(
            page.locate_line(2), "the front matter has no keys", "Write `KEY: VALUE` lines."
        )
        return
    yield from _check_scalars(page, front_matter, nodes)
    line_by_key = {key.value: key.start_mark.line + 1 for key, _ in nodes}
    for key in REQUIRED_KEYS:
        if key not in values:
            yield PageError(
                page.locate_line(front_matter.line),
                f"the front matter has no `{key}`",
                f"Add a line `{key}: WHAT THE PAGE TELLS`: search engines and lists show it.",
            )
    for key, value in values.items():
        line = line_by_key.get(str(key), front_matter.line)
        if key not in _KNOWN_KEYS:
            yield PageError(
                page.locate_line(line),
                f"the front matter's key `{key}` is none that the site reads",
                f"Known: {', '.join(_KNOWN_KEYS)}.",
            )
        elif key in _TEXT_KEYS and not (isinstance(value, str) and value.strip()):
            yield PageError(
                page.locate_line(line),
                f"the front matter's `{key}` is no text (`{value}`)",
                f'Put it in quotes: `{key}: "TEXT"`.',
            )


def _check_scalars(
    page: Page, front_matter: FrontMatter, nodes: Sequence[tuple[yaml.Node, yaml.Node]]
) -> Iterator[PageError]:
    """Yield keys that stand twice, and texts that YAML cuts at a ``#``."""
    keys: set[str] = set()
    for key, value in nodes:
        location = page.locate_line(key.start_mark.line + 1)
        if key.value in keys:
            yield PageError(
                location, f"the front matter has `{key.value}` twice", "Delete one of them."
            )
        keys.add(key.value)
        is_plain = isinstance(value, yaml.ScalarNode) and value.style is None
        last_line = front_matter.lines[min(value.end_mark.line, len(front_matter.lines) - 1)]
        if is_plain and last_line[value.end_mark.column :].lstrip().startswith("#"):
            yield PageError(
                location,
                f"YAML cuts `{key.value}` at its `#`: it reads `{value.value}`",
                f'Put it in quotes: `{key.value}: "TEXT"`.',
            )
