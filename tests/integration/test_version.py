"""The site carries the commit that it was built from."""

from __future__ import annotations

import json

import pytest

from asrun.base.git import Commit, read_head_commit
from asrun.cli.main import main
from asrun.publish.version import format_version_json
from support.git import git


def told(files) -> dict[str, object]:
    return json.loads(files.read("site/version.json"))


def test_a_clean_checkout_has_its_commit(checkout):
    assert read_head_commit(checkout.root) == Commit(git(checkout.root, "rev-parse", "HEAD"), False)


@pytest.mark.parametrize("path", ["docs/zh/index.md", "docs/zh/new.md"])
def test_a_changed_file_and_a_new_one_modify_it(checkout, path: str):
    checkout.write(path, "# T\n")
    found = read_head_commit(checkout.root)
    assert found is not None
    assert found.is_modified


def test_a_folder_that_is_no_checkout_says_so(tmp_path):
    assert read_head_commit(tmp_path) is None
    told = json.loads(format_version_json(tmp_path))
    assert told["commit"] is None
    assert told["why"] == "not built from a git checkout"


def test_the_site_carries_commit_and_versions_and_each_page_leads_there(checkout):
    assert main(["--root", str(checkout.root), "site"]) == 0
    carried = told(checkout)
    assert carried["commit"] == git(checkout.root, "rev-parse", "HEAD")
    assert carried["modified"] is False
    assert {"python", "torch", "torchvision"} <= set(carried)
    assert 'href="./version.json"' in checkout.read("site/index.html")
    assert 'href="./../version.json"' in checkout.read("site/en/index.html")
    assert not (checkout.root / "site/en/version.json").exists()


def test_the_site_map_has_the_day_of_the_change_not_of_the_build(checkout, monkeypatch):
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-01-02T12:00:00Z")
    git(checkout.root, "commit", "--amend", "--no-edit", "--reset-author")
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    assert main(["--root", str(checkout.root), "site"]) == 0
    assert "<lastmod>2026-01-02</lastmod>" in checkout.read("site/sitemap.xml")


def test_a_commit_alone_renews_one_file_and_builds_nothing(checkout, monkeypatch):
    assert main(["--root", str(checkout.root), "site"]) == 0
    before = told(checkout)["commit"]
    checkout.write("README.md", "x\n")
    git(checkout.root, "add", "-A")
    git(checkout.root, "commit", "-m", "y")
    monkeypatch.setattr("asrun.publish.build._run_mkdocs", lambda *_: pytest.fail("built again"))
    for _ in range(2):
        assert main(["--root", str(checkout.root), "site"]) == 0
        assert told(checkout)["commit"] == git(checkout.root, "rev-parse", "HEAD") != before
