"""Links of a built site that lead nowhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from support.site import read_html


def find_dead_links(site: Path) -> list[str]:
    """Read all pages as a browser would, and return the links that lead nowhere."""
    trees = {file: read_html(file) for file in site.rglob("*.html")}
    ids = {file: {*tree.xpath("//@id"), *tree.xpath("//a/@name")} for file, tree in trees.items()}
    dead = []
    for file, tree in trees.items():
        if file.name == "404.html":
            continue  # it is shown at any address: its links are absolute
        for element in tree.xpath("//*[@href or @src]"):
            url = element.get("href") or element.get("src")
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                continue
            target = file if not parts.path else file.parent / unquote(parts.path)
            if target.is_dir():
                target /= "index.html"
            target = target.resolve()
            fragment = unquote(parts.fragment)
            if not target.is_file():
                dead.append(f"{file.relative_to(site)}:{element.sourceline}: {url}")
            elif fragment and fragment not in ids.get(target, {fragment}):
                dead.append(f"{file.relative_to(site)}:{element.sourceline}: no {url}")
    return dead
