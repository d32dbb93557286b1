from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from asrun.execution.runner import Runner
from asrun.project.project import load_project
from asrun.project.runs import check_project
from asrun_quality.synthetic_project import write_synthetic_project
from support.project import ROOT


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """A project of a hundred snippets."""
    folder = tmp_path_factory.mktemp("corpus")
    write_synthetic_project(ROOT, folder, 100)
    return folder


def test_a_corpus_is_a_sound_project_of_the_size_asked_for(corpus):
    with Runner() as runner:
        checked = check_project(corpus, runner)
    assert [str(problem) for problem in checked.problems] == []
    assert len(checked.results) == 100


def test_its_programs_and_what_they_print_differ(corpus):
    project = load_project(corpus)
    sources = {snippet.source for snippet in project.snippets.values()}
    outputs = {(corpus / snippet.out_path).read_text() for snippet in project.snippets.values()}
    assert len(sources) == len(outputs) == 100


def test_each_snippet_stands_on_one_page_in_both_languages_five_to_ten_on_each(corpus):
    used = load_project(corpus).group_pages_by_snippet()
    for pages in used.values():
        assert sorted(page.language for page in pages) == ["en", "zh"]
    on = Counter(page.path for pages in used.values() for page in pages)
    last = {f"docs/{language}/part0/chapter1/p13.md" for language in ("zh", "en")}
    assert last <= set(on)  # what is left over
    assert {count for path, count in on.items() if path not in last} == set(range(5, 11))
