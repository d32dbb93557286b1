"""What the theme shows of the languages: MkDocs renders a small project, both languages in turn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest

from asrun.base.languages import MKDOCS_CONFIGS
from support.project import sound_project
from support.site import LANGUAGE_FOLDERS, read_html

ADDRESSES = {"SITE_URL": "https://x.org/p/", "SITE_URL_EN": "https://x.org/p/en/"}


def render(folder: Path, environment: dict[str, str]) -> Path:
    """Build a project of two pages without running anything; return the site's folder."""
    files = sound_project(folder)
    files.page("# T\n", "a/b.md")
    for config in MKDOCS_CONFIGS.values():
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "-q", "-f", config],
            cwd=files.root,
            env=os.environ | environment,
            check=True,
        )
    return files.root / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return render(tmp_path_factory.mktemp("site"), {"SITE_URL": "", "SITE_URL_EN": ""})


@pytest.fixture(scope="module")
def addressed_site(tmp_path_factory) -> Path:
    return render(tmp_path_factory.mktemp("addressed"), ADDRESSES)


def list_switch(tree: lxml.html.HtmlElement) -> dict[str, str]:
    links = tree.xpath("//header//a[@class='md-select__link']")
    assert [link.text.strip() for link in links] == ["中文", "English"]
    return {link.get("hreflang"): link.get("href") for link in links}


def list_alternates(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Return what search engines read: links whose relations, a list of words, have `alternate`."""
    links = [
        link for link in tree.xpath("/html/head/link") if "alternate" in link.get("rel").split()
    ]
    assert len(links) == len(LANGUAGE_FOLDERS)
    return {link.get("hreflang"): link.get("href") for link in links}


@pytest.mark.parametrize(
    ("path", "urls"),
    [
        ("index.html", {"zh": "./", "en": "en/"}),
        ("en/index.html", {"zh": "../", "en": "../en/"}),
        ("a/b/index.html", {"zh": "../../a/b/", "en": "../../en/a/b/"}),
        ("en/a/b/index.html", {"zh": "../../../a/b/", "en": "../../../en/a/b/"}),
    ],
)
def test_the_switch_and_the_alternates_lead_to_this_same_page(site, path, urls):
    tree = read_html(site / path)
    assert list_switch(tree) == urls
    assert list_alternates(tree) == urls


@pytest.mark.parametrize("path", ["index.html", "a/b/index.html"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_the_site_has_an_address_alternates_are_absolute(
    addressed_site, site, path, language
):
    page, folder = path.removesuffix("index.html"), LANGUAGE_FOLDERS[language]
    tree = read_html(addressed_site / folder / path)
    assert list_switch(tree) == list_switch(read_html(site / folder / path))
    assert list_alternates(tree) == {
        "zh": f"https://x.org/p/{page}",
        "en": f"https://x.org/p/en/{page}",
    }


def test_the_page_for_404_leads_to_the_homes(site, addressed_site):
    assert list_switch(read_html(site / "404.html")) == {"zh": "/", "en": "/en/"}
    assert list_alternates(read_html(site / "404.html")) == {"zh": "/", "en": "/en/"}
    assert list_switch(read_html(addressed_site / "404.html")) == {"zh": "/p/", "en": "/p/en/"}


@pytest.mark.parametrize("path", ["index.html", "en/a/b/index.html", "404.html"])
def test_the_themes_script_finds_no_alternate_to_ask_for_a_sitemap(site, path):
    assert read_html(site / path).xpath("//link[@rel='alternate']") == []
    (script,) = (site / "assets/javascripts").glob("bundle.*.min.js")
    assert '"link[rel=alternate]"' in script.read_text(encoding="utf-8"), "it looks otherwise now"


@pytest.mark.parametrize(
    ("path", "name"), [("index.html", "搜索"), ("en/index.html", "Search"), ("404.html", "搜索")]
)
def test_the_search_dialog_has_a_name(site, path, name):
    assert read_html(site / path).xpath("//*[@role='dialog']/@aria-label") == [name]
