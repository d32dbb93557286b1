"""Plots: matplotlib's SVG, made to follow the page's theme and to share its page with others.

What it draws in `INK_COLOR` takes the text's colour; what it draws in one of `HUE_COLORS` takes the
page's hue of that number (`--asrun-hue-1`, … in figures.css). Any other colour is the program's own
choice.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

from asrun.base.errors import FigureError, Location
from asrun.worker.style import HUE_COLORS, INK_COLOR

MAX_IMAGE_BYTES = 20_000
_THEME_COLOURS = {INK_COLOR: "currentColor"} | {
    colour: f"var(--asrun-hue-{number}, {colour})" for number, colour in enumerate(HUE_COLORS, 1)
}
_ID_PREFIX_MARK = "\0"  # what no XML may hold
# They are not drawn, or the page decides on them: it has its own font.
_DROPPED_ELEMENTS = {"metadata", "style", "title"}
_DROPPED_ATTRIBUTES = {"style", "font-family", "version", "space"}
_VERBATIM_ATTRIBUTES = {"id", "class", "clip-path", "fill", "stroke"}
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_ID_REFERENCE = re.compile(r"(?<=url\(#)[^)]+(?=\))")


class _UnusablePlotError(Exception):
    """What is wrong with an SVG and what to do about it, without the place it came from."""


def make_id_prefix(*names: object) -> str:
    """Return what the ids of one figure begin with: all figures of a page share one space of ids.

    Args:
        names: what tells the figure from all others, such as its program and its number.
    """
    digest = hashlib.sha256(":".join(map(str, names)).encode()).hexdigest()
    return f"f{digest[:6]}-"


def render_plot(svg: str, alt: str, id_prefix: str, location: Location) -> str:
    """Return matplotlib's SVG as one block of HTML, to stand in Markdown by itself.

    Args:
        svg: what matplotlib wrote.
        alt: the figure's alt text.
        id_prefix: what its ids begin with; see `make_id_prefix`.
        location: where the figure is asked for.

    Raises:
        FigureError: for what is no SVG, or holds an image of more than `MAX_IMAGE_BYTES`.
    """
    try:
        fitted_svg = _fit_svg(svg)
    except _UnusablePlotError as error:
        raise FigureError(location, *error.args) from error
    label = html.escape(" ".join(alt.split()))
    return (
        f'<figure class="plot" role="img" aria-label="{label}" data-search-exclude>\n'
        f"{fitted_svg.replace(_ID_PREFIX_MARK, id_prefix)}\n</figure>"
    )


# The check of a run, its digest and the two languages of a lab ask for the same plots, one right
# after the other. So a few are enough, and no long-lived process gathers them.
@lru_cache(maxsize=32)
def _fit_svg(svg: str) -> str:
    """Return an SVG in the theme's colours and in few bytes, its ids with a mark for their prefix.

    Raises:
        _UnusablePlotError: if it cannot stand on a page.
    """
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  (our own run drew it)
    except ElementTree.ParseError as error:
        raise _make_svg_error(str(error)) from error
    if _strip_namespace(root.tag) != "svg" or "viewBox" not in root.attrib:
        raise _make_svg_error(f"it is a `{_strip_namespace(root.tag)}`")
    style_sheet = "".join(
        style.text or "" for style in root.iter() if _strip_namespace(style.tag) == "style"
    )
    _drop_background(root)
    for element in root.iter():
        element.tag = _strip_namespace(element.tag)
        attributes = _collect_attributes(element)
        element.attrib.clear()
        element.attrib.update(attributes)
        if element.tag == "image":
            _check_image_size(element.get("href", ""))
    _rename_ids(root)
    for side in ("width", "height"):
        root.set(side, _convert_to_pixels(root.get(side, "")))
    root.attrib.update(_parse_declarations("".join(re.findall(r"\*\s*{([^}]*)}", style_sheet))))
    root.set("aria-hidden", "true")
    return "".join(_write_element(root))


def _make_svg_error(reason: str) -> _UnusablePlotError:
    return _UnusablePlotError(
        f"what matplotlib drew is no SVG that we can read: {reason}",
        "Draw with matplotlib's own artists and end with `plt.show()`.",
    )


def _strip_namespace(name: str) -> str:
    return name.rpartition("}")[2]


def _drop_background(root: ElementTree.Element) -> None:
    """Drop the figure's own patch, the first thing that matplotlib draws."""
    for parent in root.iter():
        for child in parent:
            if child.get("id") == "patch_1":
                parent.remove(child)
                return


def _collect_attributes(element: ElementTree.Element) -> dict[str, str]:
    """Return an element's attributes and the properties of its style, as attributes."""
    attributes = {_strip_namespace(name): value for name, value in element.attrib.items()}
    attributes |= _parse_declarations(attributes.get("style", ""))
    converted = {name: _convert_value(name, value) for name, value in attributes.items()}
    return {
        attribute: value
        for attribute, value in converted.items()
        if value and attribute not in _DROPPED_ATTRIBUTES
    }


def _parse_declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _convert_value(name: str, value: str) -> str:
    if name == "href":
        return "".join(value.split())
    if name in _VERBATIM_ATTRIBUTES or value in _THEME_COLOURS:
        return _THEME_COLOURS.get(value, value)
    if name == "d":
        return _shorten_path(value)
    if name == "transform":
        value = re.sub(r"rotate\(-?0(?: [^)]*)?\)", "", value).strip()
        if re.search("matrix|scale", value):
            return value  # rounded factors would move things by pixels
    if name == "font-size":
        value = value.removesuffix("px")
    return _round_numbers(value)


def _round_numbers(text: str) -> str:
    return _DECIMAL.sub(_format_rounded, text)


def _format_rounded(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 2) or 0:.2f}".rstrip("0").rstrip(".")


def _shorten_path(text: str) -> str:
    """Write a path's data short: rounded, no spaces around commands, no command twice in a row."""
    commands, previous_command = [], ""
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", _round_numbers(text)):
        arguments = " ".join(numbers.split())
        is_repeated = command == previous_command and command not in "Mmz"
        commands.append(" " + arguments if is_repeated else command + arguments)
        # More points behind a move are lines to them.
        previous_command = "L" if command == "M" else command
    return "".join(commands)


def _check_image_size(href: str) -> None:
    byte_count = len(href) * 3 // 4  # base64 writes 3 bytes as 4 characters
    if byte_count > MAX_IMAGE_BYTES:
        raise _UnusablePlotError(
            f"the plot holds an image of {byte_count // 1000} kB, above {MAX_IMAGE_BYTES // 1000}",
            "Show a smaller array, so that each of its pixels can be seen.",
        )


def _rename_ids(root: ElementTree.Element) -> None:
    """Give the ids that something refers to a number behind the mark; drop all others."""
    referenced_ids = {
        target
        for element in root.iter()
        for name, value in element.attrib.items()
        for target in (_ID_REFERENCE.findall(value) + ([value[1:]] if name == "href" else []))
    }
    ids = [element.get("id", "") for element in root.iter()]
    new_ids = {
        old_id: f"{_ID_PREFIX_MARK}{number}"
        for number, old_id in enumerate(filter(referenced_ids.__contains__, ids), 1)
    }
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id" and value not in new_ids:
                del element.attrib[name]
            elif name == "id":
                element.set(name, new_ids[value])
            elif name == "href" and value.startswith("#"):
                element.set(name, "#" + new_ids.get(value[1:], value[1:]))
            else:
                new_value = _ID_REFERENCE.sub(lambda match: new_ids.get(match[0], match[0]), value)
                element.set(name, new_value)


def _convert_to_pixels(length: str) -> str:
    number = float(re.sub("[^0-9.]", "", length) or 0)
    return f"{number * 4 / 3 if length.endswith('pt') else number:.0f}"


def _write_element(element: ElementTree.Element) -> Iterator[str]:
    """Yield an element's text without what does not show: unseen shapes, groups that do nothing."""
    tag, attributes = element.tag, element.attrib
    if tag in _DROPPED_ELEMENTS:
        return
    is_invisible = attributes.get("fill") == "none" and "stroke" not in attributes
    if tag == "path" and is_invisible and "id" not in attributes:
        return
    content = "".join(text for child in element for text in _write_element(child))
    if tag in ("text", "tspan"):
        content = html.escape(element.text or "", quote=False) + content
        content = content.strip() if tag == "text" else content
    if tag in ("g", "defs") and not content:
        return
    if tag == "g" and not attributes:
        yield content
        return
    yield f"<{tag}" + "".join(
        f' {name}="{html.escape(value)}"' for name, value in attributes.items()
    )
    yield f">{content}</{tag}>" if content else "/>"
