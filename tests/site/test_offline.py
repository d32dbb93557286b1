"""The archive of the whole site: what is in it, and that it is the same whenever it is made."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from asrun.publish.offline import ARCHIVE_NAME, write_archive
from support.links import find_dead_links
from support.site import LANGUAGE_FOLDERS, read_html, unpack_archive


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    return unpack_archive(site, tmp_path_factory.mktemp("offline"))


def test_it_is_the_same_whenever_it_is_made(site, tmp_path):
    before = hashlib.sha256((site / ARCHIVE_NAME).read_bytes()).hexdigest()
    copy = tmp_path / "site"
    for file in sorted(site.rglob("*"), reverse=True):  # in another order, and with other times
        if file.is_file():
            target = copy / file.relative_to(site)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    write_archive(copy)  # over the archive that is there
    assert hashlib.sha256((copy / ARCHIVE_NAME).read_bytes()).hexdigest() == before


def test_it_holds_every_page_and_neither_itself_nor_what_needs_a_server(site, unpacked):
    packed = {file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*")}
    pages = {file.relative_to(site).as_posix() for file in site.rglob("index.html")}
    assert pages < packed
    assert not {name for name in packed if name.endswith((".zip", "404.html", ".map"))}
    for folder in LANGUAGE_FOLDERS.values():
        assert f"{folder}search/search_index.js" in packed
        assert f"{folder}search/search_index.json" not in packed
    assert not {page for page in pages if ARCHIVE_NAME in (unpacked / page).read_text("utf-8")}


def test_no_link_of_it_is_dead_or_leads_to_a_folder(unpacked):
    assert find_dead_links(unpacked.resolve()) == []
    for file in unpacked.rglob("*.html"):
        for link in read_html(file).xpath("//a/@href"):
            path = link.partition("#")[0].partition("?")[0]
            assert ":" in path or not path or not (file.parent / path).is_dir(), f"{file}: {link}"


def test_every_page_leads_to_it(site):
    for file in site.rglob("index.html"):
        up = "../" * (len(file.relative_to(site).parts) - 1)
        assert f'href="{up}{ARCHIVE_NAME}" download' in file.read_text("utf-8"), file
