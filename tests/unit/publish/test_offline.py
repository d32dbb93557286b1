from __future__ import annotations

import zipfile

import pytest

from asrun.publish.offline import (
    ARCHIVE_NAME,
    convert_page_for_disk,
    wrap_search_index,
    write_archive,
)

PAGES = {"", "a/b", "en", "en/a/b"}


@pytest.mark.parametrize(
    ("path", "link", "offline"),
    [
        ("index.html", "a/b/", "a/b/index.html"),
        ("index.html", ".", "./index.html"),
        ("index.html", "a/b/#c", "a/b/index.html#c"),
        ("a/b/index.html", "../..", "../../index.html"),
        ("a/b/index.html", "../../en/a/b/", "../../en/a/b/index.html"),
        ("en/a/b/index.html", "./", "./index.html"),
        ("a/b/index.html", "index.md", "index.md"),
        ("a/b/index.html", "#c", "#c"),
        ("a/b/index.html", "https://x.org/a/b/", "https://x.org/a/b/"),
        ("a/b/index.html", "mailto:x@x.org", "mailto:x@x.org"),
        ("a/b/index.html", "../../assets/site.css", "../../assets/site.css"),
    ],
)
def test_a_link_to_a_folder_names_the_page_in_it(path, link, offline):
    assert convert_page_for_disk(f'<a href="{link}">', path, PAGES) == f'<a href="{offline}">'


def test_a_shown_program_stays_as_it_is():
    shown = "<code>print(&#39;&lt;a href=&quot;a/b/&quot;&gt;&#39;)</code>"
    assert convert_page_for_disk(shown, "index.html", PAGES) == shown


def test_the_worker_is_there_before_the_theme_asks_for_it():
    bundle = '<script src="../../assets/javascripts/bundle.1.min.js"></script>'
    assert convert_page_for_disk(bundle, "a/b/index.html", PAGES) == (
        f'<script src="../../assets/offline.js"></script>\n{bundle}'
    )


def test_the_policy_names_files_and_still_no_other_host():
    meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' 'sha256-x'\">"
    assert convert_page_for_disk(meta, "index.html", PAGES) == meta.replace(
        "'self'", "'self' file:"
    )


def test_an_index_is_a_script_whose_results_are_files():
    text = '{"config": {}, "docs": [{"location": "a/b/#c"}, {"location": ""}]}'
    assert wrap_search_index(text) == (
        'var __index = {"config":{},"docs":'
        '[{"location":"a/b/index.html#c"},{"location":"index.html"}]}\n'
    )


def test_the_link_to_the_archive_and_what_needs_a_server_stay_outside(tmp_path):
    (tmp_path / "index.html").write_text(
        f'x\n · <a class="whole" href="{ARCHIVE_NAME}" download>y</a>\n'
    )
    for name in ("404.html", "sitemap.xml", "x.js.map", ARCHIVE_NAME):
        (tmp_path / name).write_text("x")
    write_archive(tmp_path)
    with zipfile.ZipFile(tmp_path / ARCHIVE_NAME) as archive:
        assert archive.namelist() == ["pytorch-that-runs/index.html"]
        assert archive.read("pytorch-that-runs/index.html") == b"x\n \n"


def test_the_same_site_gives_the_same_bytes(tmp_path):
    made = []
    for order in (("a.html", "b.html"), ("b.html", "a.html")):
        folder = tmp_path / order[0]
        folder.mkdir()
        for name in order:
            (folder / name).write_text(name)
        write_archive(folder)
        made.append((folder / ARCHIVE_NAME).read_bytes())
    assert made[0] == made[1]
