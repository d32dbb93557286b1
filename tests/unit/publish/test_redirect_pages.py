from __future__ import annotations

import lxml.html
import pytest

from asrun.lists.redirects import Redirect
from asrun.publish.offline import convert_page_for_disk
from asrun.publish.redirect_pages import (
    has_refresh,
    is_redirect_page,
    list_redirect_paths,
    render_redirect_pages,
)

MOVED = Redirect("tensors/gather", "data/gather#index")


def render(redirect: Redirect = MOVED, language: str = "zh", site_url: str = "") -> str:
    (html,) = render_redirect_pages((redirect,), language, site_url).values()
    return html


def test_a_page_leads_on_by_refresh_by_link_and_by_canonical_and_without_a_script():
    page = lxml.html.fromstring(render())
    link = "../../data/gather/#index"
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={link}"]
    assert page.xpath("//a/@href") == [link]
    assert page.xpath("//link[@rel='canonical']/@href") == [link]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//script | //*[@onload]")


@pytest.mark.parametrize(("language", "root"), [("zh", ""), ("en", "en/")])
def test_its_canonical_is_absolute_where_the_site_has_an_address(language: str, root: str):
    html = render(language=language, site_url=f"https://x.org/book/{root}")
    assert f'<link rel="canonical" href="https://x.org/book/{root}data/gather/#index">' in html
    assert f'<html lang="{language}">' in html
    assert is_redirect_page(html, MOVED, language)


@pytest.mark.parametrize(
    ("address", "target", "path", "link"),
    [
        ("a/b", "index", "a/b/index.html", "../../"),
        ("a", "b", "a/index.html", "../b/"),
        ("a/index", "a/b", "a/index.html", "b/"),
    ],
)
def test_it_lies_where_the_page_was(address: str, target: str, path: str, link: str):
    assert list(render_redirect_pages((Redirect(address, target),), "zh")) == [path]
    assert f'<a href="{link}">' in render(Redirect(address, target))


def test_a_page_without_successor_has_none():
    assert render_redirect_pages((Redirect("a/b", None),), "zh") == {}
    assert list(list_redirect_paths((Redirect("a/b", None),), "zh")) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<body>", "<body><script>x</script>"),
        ('content="0; url=', 'content="0; url=https://evil.org/'),
        ('rel="canonical" href="', 'rel="canonical" href="https://evil.org/'),
        ("noindex", "index"),
        ("</html>\n", "</html>"),
    ],
)
def test_the_template_is_exact(was: str, becomes: str):
    assert is_redirect_page(render(), MOVED, "zh")
    assert not is_redirect_page(render().replace(was, becomes), MOVED, "zh")


@pytest.mark.parametrize(
    "html",
    [
        '<meta http-equiv="refresh" content="0">',
        "<META content=0 HTTP-EQUIV = refresh>",
        "<meta\nhttp-equiv=' refresh'>",
    ],
)
def test_a_refresh_is_seen_however_it_is_spelled(html: str):
    assert has_refresh(html)
    assert not has_refresh(html.replace("<", "&lt;"))


def test_on_disk_it_names_the_file_in_the_folder():
    html = convert_page_for_disk(render(), "tensors/gather/index.html", {"data/gather"})
    assert "url=../../data/gather/index.html#index" in html
    assert '<a href="../../data/gather/index.html#index">' in html
