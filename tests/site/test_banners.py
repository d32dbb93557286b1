"""What the site says of its own freshness: every section that is behind, and no other."""

from __future__ import annotations

from asrun.base.languages import get_other_language
from support.site import read_page_html


def test_every_page_and_lab_is_declared(project):
    assert project.sync is not None
    assert {key.partition("#")[0] for key in project.sync} == {
        page.uri for page in project.prose_pages
    }


def test_a_page_has_a_banner_if_and_only_if_it_is_behind(site, project):
    shown, expected = {}, {}
    for page in project.prose_pages:
        banners = read_page_html(site, page).find_class("behind")
        links = [link.get("href") for banner in banners for link in banner.iter("a")]
        shown[page.path] = [href for href in links if href.startswith("#")]
        expected[page.path] = [
            f"#{change.sections['en'].id}"
            for languages in ((get_other_language(page.language),), ("zh", "en"))
            for change in project.find_page_changes(page.uri)
            if change.languages == languages and change.sections["en"].id != "top"
        ]
    assert shown == expected
