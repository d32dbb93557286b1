"""What is published for programs to read."""

from __future__ import annotations

import json

from asrun.pages.expand import expand_page
from asrun.project.project import load_project
from asrun.publish.machine_files import (
    PageSummary,
    build_markdown_copy,
    build_shared_files,
    format_llms_full_page,
    format_llms_txt,
)
from support.blocks import make_block


def test_llms_txt_links_every_page_as_markdown():
    text = format_llms_txt(
        "Site",
        "About.",
        [PageSummary("Joining", "tensors/joining.md", "How."), PageSummary("X", "x.md")],
    )
    assert text == (
        "# Site\n\n> About.\n\n- [Joining](tensors/joining/index.md): How.\n- [X](x/index.md)\n"
    )


def test_in_llms_full_txt_a_figure_is_its_text_and_marks_are_left_out():
    copy = (
        "---\ndescription: d\n---\n# T\n\n"
        '<!--pytest.mark.skip(reason="x")-->\n\n```python\nprint(1)\n```\n\n'
        '<figure class="plot" role="img" aria-label="A line."><svg/></figure>\n\n'
        "<figure><svg/><figcaption>Two lines.</figcaption></figure>\n\n"
        '<p class="proof">Verified.</p>\n\nEnd.\n'
    )
    assert format_llms_full_page(copy) == (
        "# T\n\n```python\nprint(1)\n```\n\n[A line.]\n\n[Two lines.]\n\nEnd.\n"
    )


def test_the_links_of_a_markdown_copy_lead_to_other_copies_and_its_lines_keep_their_places(files):
    text = '# T\n\n[home](../index.md#x)\n\n```python\n--8<-- "a/one.py"\n```\n'
    files.page(text, "a/b.md")
    project = load_project(files.root)
    page = next(page for page in project.get_pages("en") if page.uri == "a/b.md")
    block = make_block("print(1 + 1)\n", output="2\n")
    expanded = expand_page(page, lambda name: block, lambda mark: [])
    copy = build_markdown_copy(project, page, expanded)
    lines = copy.text.splitlines()
    assert lines[2] == "[home](../../index.md#x)"
    assert str(copy.line_locations[2]) == "docs/en/a/b.md:3"
    place = copy.line_locations[lines.index("print(1 + 1)")]
    assert str(place) == "snippets/a/one.py:3"


def test_both_languages_share_what_is_known_of_each_snippet(files):
    shared = build_shared_files(load_project(files.root))
    assert set(shared) == {"source.json", "snippets.json", "version.json"}
    (entry,) = json.loads(shared["snippets.json"])
    assert entry["path"] == "snippets/a/one.py"
    assert entry["title"] == {"zh": "摘要。", "en": "Summary."}
    assert entry["verified"] == entry["not_verified"] == []
