"""Plots: matplotlib's SVG, made to follow the page's theme and to share its page with others.

What it draws in `INK` takes the text's colour; what it draws in one of `HUES` takes the page's hue
of that number (`--asrun-hue-1`, … in figures.css). Any other colour is the program's own choice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from asrun.errors import FigureError, Place
from asrun.worker.style import HUES, INK

MAX_IMAGE_BYTES = 20_000

_COLOURS = {INK: "currentColor"} | {
    colour: f"var(--asrun-hue-{number}, {colour})" for number, colour in enumerate(HUES, 1)
}

# Never drawn, or decided by the page: it has a font.
_ELEMENTS_LEFT_OUT = {"metadata", "style", "title"}
_ATTRIBUTES_LEFT_OUT = {"style", "font-family", "version", "space"}

_NAMES = {"id", "class", "clip-path", "fill", "stroke"}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"(?<=url\(#)[^)]+(?=\))")


def plot(svg: str, alt: str, prefix: str, place: Place) -> str:
    """Turn matplotlib's SVG into one block of HTML, to stand in Markdown by itself.

    Its ids begin with ``prefix``: all figures of a page share one space of ids.

    Raises:
        FigureError: for what is no SVG, or holds an image of more than `MAX_IMAGE_BYTES`.
    """
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  (our own run drew it)
    except ElementTree.ParseError as error:
        raise _unreadable(place, str(error)) from error
    if _local(root.tag) != "svg" or "viewBox" not in root.attrib:
        raise _unreadable(place, f"it is a `{_local(root.tag)}`")
    inherited = "".join(style.text or "" for style in root.iter() if _local(style.tag) == "style")
    _drop_background(root)
    for element in root.iter():
        element.tag = _local(element.tag)
        attributes = _attributes(element)
        element.attrib.clear()
        element.attrib.update(attributes)
        if element.tag == "image":
            _check_image(element.get("href", ""), place)
    _rename(root, prefix)
    for side in ("width", "height"):
        root.set(side, _pixels(root.get(side, "")))
    root.attrib.update(_declarations("".join(re.findall(r"\*\s*{([^}]*)}", inherited))))
    root.set("aria-hidden", "true")
    label = html.escape(" ".join(alt.split()))
    return (
        f'<figure class="plot" role="img" aria-label="{label}" data-search-exclude>\n'
        f"{''.join(_written(root))}\n</figure>"
    )


def _unreadable(place: Place, why: str) -> FigureError:
    return FigureError(
        place,
        f"what matplotlib drew is no SVG that we can read: {why}",
        "Draw with matplotlib's own artists and end with `plt.show()`.",
    )


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _drop_background(root: ElementTree.Element) -> None:
    """Drop the figure's own patch, the first thing that matplotlib draws."""
    for parent in root.iter():
        for child in parent:
            if child.get("id") == "patch_1":
                parent.remove(child)
                return


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    """Return an element's attributes and the properties of its style, as attributes."""
    found = {_local(name): value for name, value in element.attrib.items()}
    found |= _declarations(found.get("style", ""))
    values = {name: _value(name, value) for name, value in found.items()}
    return {n: value for n, value in values.items() if value and n not in _ATTRIBUTES_LEFT_OUT}


def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _value(name: str, value: str) -> str:
    if name == "href":
        return "".join(value.split())
    if name in _NAMES or value in _COLOURS:
        return _COLOURS.get(value, value)
    if name == "d":
        return _path(value)
    if name == "transform":
        value = re.sub(r"rotate\(-?0(?: [^)]*)?\)", "", value).strip()
        if re.search("matrix|scale", value):  # a factor's third decimal shows
            return value
    if name == "font-size":
        value = value.removesuffix("px")
    return _rounded(value)


def _rounded(text: str) -> str:
    return _NUMBER.sub(_short, text)


def _short(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) or 0:.2f}".rstrip("0").rstrip(".")


def _path(text: str) -> str:
    """Write a path's data short: rounded, no spaces around commands, no command twice in a row."""
    short, last = [], ""
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", _rounded(text)):
        joined = " ".join(numbers.split())
        repeated = command == last and command not in "Mmz"
        short.append(" " + joined if repeated else command + joined)
        last = "L" if command == "M" else command  # the points behind a move are lines
    return "".join(short)


def _check_image(href: str, place: Place) -> None:
    size = len(href) * 3 // 4
    if size > MAX_IMAGE_BYTES:
        raise FigureError(
            place,
            f"the plot holds an image of {size // 1000} kB, above {MAX_IMAGE_BYTES // 1000}",
            "Show a smaller array, so that each of its pixels can be seen.",
        )


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Give the ids that something refers to new names, in order; drop all others."""
    used = {
        target
        for element in root.iter()
        for name, value in element.attrib.items()
        for target in (_REFERENCE.findall(value) + ([value[1:]] if name == "href" else []))
    }
    ids = [element.get("id", "") for element in root.iter()]
    names = {old: f"{prefix}{n}" for n, old in enumerate((i for i in ids if i in used), 1)}
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id" and value not in names:
                del element.attrib[name]
            elif name == "id":
                element.set(name, names[value])
            elif name == "href" and value.startswith("#"):
                element.set(name, "#" + names.get(value[1:], value[1:]))
            else:
                new = _REFERENCE.sub(lambda match: names.get(match[0], match[0]), value)
                element.set(name, new)


def _pixels(length: str) -> str:
    number = float(re.sub("[^0-9.]", "", length) or 0)
    return f"{number * 4 / 3 if length.endswith('pt') else number:.0f}"


def _written(element: ElementTree.Element) -> Iterator[str]:
    """Write an element without what does not show: unseen shapes, empty and needless groups."""
    tag, attributes = element.tag, element.attrib
    if tag in _ELEMENTS_LEFT_OUT:
        return
    unseen = attributes.get("fill") == "none" and "stroke" not in attributes
    if tag == "path" and unseen and "id" not in attributes:
        return
    inner = "".join(part for child in element for part in _written(child))
    if tag in ("text", "tspan"):
        inner = html.escape(element.text or "", quote=False) + inner
        inner = inner.strip() if tag == "text" else inner
    if tag in ("g", "defs") and not inner:
        return
    if tag == "g" and not attributes:
        yield inner
        return
    yield f"<{tag}" + "".join(f' {name}="{html.escape(v)}"' for name, v in attributes.items())
    yield f">{inner}</{tag}>" if inner else "/>"
