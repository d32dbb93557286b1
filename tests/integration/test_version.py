"""The site carries the commit that it was built from."""

from __future__ import annotations

import json
import re
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


def test_the_people_who_wrote_a_page_are_named_and_the_projects_own_account_is_not(published):
    assert "2026-01-02</time> ·\n        Ada\n" in published.read("site/index.html")


def test_where_only_the_projects_own_account_committed_there_is_a_date_and_no_name(
    published, tmp_path, monkeypatch
):
    copy = Files(shutil.copytree(published.root, tmp_path / "copy"))
    configuration = copy.read("mkdocs.yml")
    account = re.search("    account: (.*?) #", configuration)[1]
    assert account
    copy.write("mkdocs.yml", configuration.replace(account, "Ada"))
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    assert main(["--root", str(copy.root), "site"]) == 0
    html = copy.read("site/index.html")
    assert re.search(r"2026-01-02</time>\s*</p>", html)
    assert "Ada" not in html


def test_a_site_from_a_shallow_clone_has_no_dates_and_says_why(
    published, tmp_path, monkeypatch, capsys
):
    origin = Files(shutil.copytree(published.root, tmp_path / "origin"))
    origin.write("docs/zh/index.md", origin.read("docs/zh/index.md") + "\n改。\n")
    git(origin.root, "commit", "-a", "-m", "y")
    clone = Files(tmp_path / "clone")
    git(tmp_path, "clone", "--depth", "1", f"file://{origin.root}", str(clone.root))
    shutil.copytree(published.root / ".cache", clone.root / ".cache")
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    monkeypatch.setenv("SITE_URL_EN", "https://example.org/en/")
    assert main(["--root", str(clone.root), "site"]) == 0
    told = capsys.readouterr().err
    assert told.count("git fetch --unshallow") == 1
    for folder in ("site", "site/en"):
        assert "<time" not in clone.read(f"{folder}/index.html")
        assert "<loc>" in clone.read(f"{folder}/sitemap.xml")
        assert "<lastmod>" not in clone.read(f"{folder}/sitemap.xml")
    version = read_version(clone)
    assert version["commit"] == git(clone.root, "rev-parse", "HEAD")
    assert version["why"] == "no dates: built from a shallow clone, which lacks older commits"


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
