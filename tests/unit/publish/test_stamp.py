"""What a build depends on, and what is remembered of it."""

from __future__ import annotations

import pytest

from asrun.publish import stamp
from asrun.publish.stamp import (
    BuildStamp,
    compute_environment_digest,
    compute_folder_digest,
    compute_inputs_digest,
    compute_source_digest,
    read_stamp,
    write_stamp,
)


def digest(files, *states: str) -> str:
    environment_digest = compute_environment_digest(files.root, ("mkdocs.yml",))
    return compute_inputs_digest(compute_source_digest(files.root, environment_digest), states)


@pytest.mark.parametrize(
    "path",
    [
        "docs/zh/index.md",
        "docs/theme/main.html",
        "docs/glossary.toml",
        "snippets/a/one.py",
        "snippets/a/one.out",
        "snippets/verified.json",
        "mkdocs.yml",
        "engine/templates/page.md",
    ],
)
def test_a_change_of_any_file_that_is_read_changes_the_digest(files, monkeypatch, path: str):
    monkeypatch.setattr(stamp, "PACKAGE_FOLDER", files.root / "engine")
    before = digest(files)
    files.write(path, "changed\n")
    assert digest(files) != before


def test_so_does_a_result_or_the_address_of_the_site(files, monkeypatch):
    digests = {digest(files), digest(files, "a/one.py Run"), digest(files, "a/one.py Skipped")}
    monkeypatch.setenv("SITE_URL", "https://x.org/")
    digests.add(digest(files))
    assert len(digests) == 4


def test_the_order_of_results_does_not_matter_and_nor_does_compiled_code(files, monkeypatch):
    monkeypatch.setattr(stamp, "PACKAGE_FOLDER", files.root / "engine")
    before = digest(files, "a", "b")
    files.write("engine/__pycache__/x.pyc", "x")
    assert digest(files, "b", "a") == before


def test_a_file_under_another_name_is_another_folder(tmp_path):
    (tmp_path / "a").write_text("x")
    before = compute_folder_digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert compute_folder_digest(tmp_path) != before


def test_a_stamp_is_read_as_it_was_written(tmp_path):
    written = BuildStamp("source", "in", "out", {"page_count": 2})
    write_stamp(tmp_path / "site.json", written)
    assert read_stamp(tmp_path / "site.json") == written


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"inputs_digest": "x"}'])
def test_a_stamp_that_is_missing_or_damaged_is_none(tmp_path, text: str | None):
    file = tmp_path / "site.json"
    if text is not None:
        file.write_text(text)
    assert read_stamp(file) is None
