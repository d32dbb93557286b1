"""Every link of the built site that stays on it leads somewhere, to the section it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.links import find_dead_links
from support.site import LANGUAGE_FOLDERS, read_html


def test_no_link_of_the_site_is_dead(site):
    assert find_dead_links(site.resolve()) == []


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path):
    (tmp_path / "index.html").write_text(
        '<h1 id="a">A</h1>\n<a href="#a">x</a>\n<a href="#b">x</a>\n<img src="gone.png">\n',
        encoding="utf-8",
    )
    assert find_dead_links(tmp_path) == ["index.html:3: no #b", "index.html:4: gone.png"]


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_following_next_from_the_first_page_visits_every_page_and_previous_leads_back(
    site, language
):
    def follow(page: Path, which: str) -> Path | None:
        links = read_html(page).xpath(f"//a[contains(@class, 'md-footer__link--{which}')]/@href")
        return (page.parent / links[0] / "index.html").resolve() if links else None

    folder = LANGUAGE_FOLDERS[language]
    first = page = (site / folder / "index.html").resolve()
    visited = [first]
    while following := follow(page, "next"):
        assert follow(following, "prev") == page
        visited.append(page := following)
    assert follow(first, "prev") is None
    pages = {file.resolve() for file in (site / folder).rglob("index.html")}
    if not folder:
        pages = {page for page in pages if (site / "en").resolve() not in page.parents}
    assert len(visited) == len(set(visited))
    assert set(visited) == pages
