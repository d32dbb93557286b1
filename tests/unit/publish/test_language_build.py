"""What one language's build hands to MkDocs, and what it publishes beside the HTML."""

from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.base.git import LastChange
from asrun.execution.cache import Cache
from asrun.execution.result import Run
from asrun.project.project import load_project
from asrun.publish.content import ContentSource
from asrun.publish.language_build import LanguageBuild
from asrun.publish.machine_files import PageSummary
from asrun.translation.declare import declare_new_sections
from asrun.translation.sync_file import SYNC_FILE_PATH, format_sync_file

HISTORY = {
    "docs/zh/index.md": LastChange("2026-01-02", ("Ada",)),
    "snippets/a/one.py": LastChange("2026-03-04", ("Grace",)),
}


@pytest.fixture
def make_build(files):
    def make(language: str = "zh") -> LanguageBuild:
        project = load_project(files.root)
        results = {"a/one.py": Run("2\n")}
        content = ContentSource(project, language, Cache(files.root), results, {})
        return LanguageBuild(project, language, content, HISTORY, "https://x.org/p")

    return make


def test_a_page_is_expanded_and_its_other_forms_are_added(make_build):
    build = make_build()
    text = build.expand_page(build.pages["index.md"])
    assert "print(1 + 1)\n```" in text
    assert build.texts["index.md"].startswith("---\ndescription: x\n")
    assert set(build.texts) == {"index.md", "index.ipynb"}


def test_a_page_with_an_unknown_snippet_is_an_error(make_build, files):
    files.page('# T\n\n```python\n--8<-- "a/no.py"\n```\n', "b.md")
    build = make_build()
    with pytest.raises(PageError, match=r"includes a/no\.py"):
        build.expand_page(build.pages["b.md"])


def test_a_page_changed_last_when_it_or_a_program_on_it_did(make_build):
    assert make_build().find_last_change("index.md") == LastChange("2026-03-04", ("Grace", "Ada"))
    assert make_build("en").find_last_change("no.md") is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_both_languages_share_is_published_once(make_build, language):
    build = make_build(language)
    build.expand_page(build.pages["index.md"])
    build.add_site_files("Site", "About.", [PageSummary("Home", "index.md", "x")])
    assert {"llms.txt", "llms-full.txt", "snippets/a/one.py"} < set(build.texts)
    assert ("snippets.json" in build.texts) is (language == "zh")
    assert build.texts["llms-full.txt"].startswith("# Title\n")


def test_a_section_that_is_behind_is_named_with_a_link_to_the_other_language(make_build, files):
    page = "---\ndescription: x\n---\n# T\n\nOld.\n\n## U { #u }\n\nOld.\n"
    files.page(page, "b.md")
    sync = declare_new_sections({}, load_project(files.root).prose_pages)
    files.write(SYNC_FILE_PATH, format_sync_file(sync))
    files.write("docs/zh/b.md", page.replace("Old.", "New."))
    assert make_build("zh").render_stale_banner("b.md", "../en/b/") == ""
    html = make_build("en").render_stale_banner("b.md", "../../b/")
    assert '<a href="#u">U</a>' in html
    assert '<a lang="zh" href="../../b/#u">U</a>' in html
    assert make_build("en").render_stale_banner("no.md", "../../no/") == ""


def test_everything_is_written_below_the_folder_of_the_language(make_build, tmp_path):
    build = make_build()
    build.texts = {"a/index.md": "x\n"}
    build.write_files(tmp_path / "out")
    assert (tmp_path / "out/a/index.md").read_text() == "x\n"
