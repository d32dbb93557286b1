"""Every link of the built site that stays on it leads somewhere, to the section it names."""

from __future__ import annotations

from support.links import dead_links


def test_no_link_of_the_site_is_dead(site):
    assert dead_links(site.resolve()) == []


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path):
    (tmp_path / "index.html").write_text(
        '<h1 id="a">A</h1>\n<a href="#a">x</a>\n<a href="#b">x</a>\n<img src="gone.png">\n',
        encoding="utf-8",
    )
    assert dead_links(tmp_path) == ["index.html:3: no #b", "index.html:4: gone.png"]
