"""The site carries the commit that it was built from."""

from __future__ import annotations

import json
import shutil

import pytest

from asrun.base.git import Commit, read_head_commit
from asrun.cli.main import main
from asrun.publish.version import format_version_json
from support.git import commit_all, git
from support.project import Files, sound_project


def read_version(files) -> dict[str, object]:
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
    version = json.loads(format_version_json(tmp_path))
    assert version["commit"] is None
    assert version["why"] == "not built from a git checkout"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A checkout of a commit of January 2026, published; the tests that share it only read."""
    project = sound_project(tmp_path_factory.mktemp("published"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-01-02T12:00:00Z")
        commit_all(project)
        monkeypatch.setenv("SITE_URL", "https://example.org/")
        assert main(["--root", str(project.root), "site"]) == 0
    return project


def test_the_site_carries_commit_and_versions_and_each_page_leads_there(published):
    version = read_version(published)
    assert version["commit"] == git(published.root, "rev-parse", "HEAD")
    assert version["modified"] is False
    assert {"python", "torch", "torchvision"} <= set(version)
    assert 'href="./version.json"' in published.read("site/index.html")
    assert 'href="./../version.json"' in published.read("site/en/index.html")
    assert not (published.root / "site/en/version.json").exists()


def test_the_site_map_has_the_day_of_the_change_not_of_the_build(published):
    assert "<lastmod>2026-01-02</lastmod>" in published.read("site/sitemap.xml")


def test_a_commit_alone_renews_one_file_and_builds_nothing(published, tmp_path, monkeypatch):
    copy = Files(shutil.copytree(published.root, tmp_path / "copy"))
    before = read_version(copy)["commit"]
    copy.write("README.md", "x\n")
    git(copy.root, "add", "-A")
    git(copy.root, "commit", "-m", "y")
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    monkeypatch.setattr("asrun.publish.build._run_mkdocs", lambda *_: pytest.fail("built again"))
    for _ in range(2):
        assert main(["--root", str(copy.root), "site"]) == 0
        assert read_version(copy)["commit"] == git(copy.root, "rev-parse", "HEAD") != before
