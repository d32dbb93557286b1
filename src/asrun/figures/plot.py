"""Plots: matplotlib's SVG, made to follow the page's theme and to share its page with others.

What it draws in `INK` takes the text's colour; what it draws in one of `HUES` takes the page's hue
of that number (`--asrun-hue-1`, … in figures.css). Any other colour is the program's own choice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from asrun.base.errors import FigureError, Location
from asrun.worker.style import HUE_COLORS, INK_COLOR

MAX_IMAGE_BYTES = 20_000
_THEME_COLOURS = {INK_COLOR: "currentColor"} | {
    colour: f"var(--asrun-hue-{number}, {colour})" for number, colour in enumerate(HUE_COLORS, 1)
}
# Never drawn, or decided by the page: it has a font.
_DROPPED_ELEMENTS = {"metadata", "style", "title"}
_DROPPED_ATTRIBUTES = {"style", "font-family", "version", "space"}
_VERBATIM_ATTRIBUTES = {"id", "class", "clip-path", "fill", "stroke"}
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_ID_REFERENCE = re.compile(r"(?<=url\(#)[^)]+(?=\))")


def render_plot(svg: str, alt: str, prefix: str, location: Location) -> str:
    """Turn matplotlib's SVG into one block of HTML, to stand in Markdown by itself.

    Its ids begin with ``prefix``: all figures of a page share one space of ids.

    Raises:
        FigureError: for what is no SVG, or holds an image of more than `MAX_IMAGE_BYTES`.
    """
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  (our own run drew it)
    except ElementTree.ParseError as error:
        raise _make_svg_error(location, str(error)) from error
    if _strip_namespace(root.tag) != "svg" or "viewBox" not in root.attrib:
        raise _make_svg_error(location, f"it is a `{_strip_namespace(root.tag)}`")
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
            _check_image_size(element.get("href", ""), location)
    _rename_ids(root, prefix)
    for side in ("width", "height"):
        root.set(side, _convert_to_pixels(root.get(side, "")))
    root.attrib.update(_parse_declarations("".join(re.findall(r"\*\s*{([^}]*)}", style_sheet))))
    root.set("aria-hidden", "true")
    label = html.escape(" ".join(alt.split()))
    return (
        f'<figure class="plot" role="img" aria-label="{label}" data-search-exclude>\n'
        f"{''.join(_write_element(root))}\n</figure>"
    )


def _make_svg_error(location: Location, reason: str) -> FigureError:
    return FigureError(
        location,
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
        if re.search("matrix|scale", value):  # a factor's third decimal shows
            return value
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
        previous_command = "L" if command == "M" else command  # the points behind a move are lines
    return "".join(commands)


def _check_image_size(href: str, location: Location) -> None:
    byte_count = len(href) * 3 // 4
    if byte_count > MAX_IMAGE_BYTES:
        raise FigureError(
            location,
            f"the plot holds an image of {byte_count // 1000} kB, above {MAX_IMAGE_BYTES // 1000}",
            "Show a smaller array, so that each of its pixels can be seen.",
        )


def _rename_ids(root: ElementTree.Element, prefix: str) -> None:
    """Give the ids that something refers to new names, in order; drop all others."""
    referenced_ids = {
        target
        for element in root.iter()
        for name, value in element.attrib.items()
        for target in (_ID_REFERENCE.findall(value) + ([value[1:]] if name == "href" else []))
    }
    ids = [element.get("id", "") for element in root.iter()]
    new_ids = {
        old_id: f"{prefix}{n}"
        for n, old_id in enumerate(
            (element_id for element_id in ids if element_id in referenced_ids), 1
        )
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
    """Write an element without what does not show: unseen shapes, empty and needless groups."""
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
