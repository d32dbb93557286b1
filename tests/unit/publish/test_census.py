"""The census, shown sites that lie: each lie is told."""

from __future__ import annotations

import pytest

from asrun.base.errors import RunError
from asrun.execution.result import Run, Skipped
from asrun.project.project import load_project
from asrun.publish.census import count_blocks

BLOCK = (
    '<div class="language-python highlight"><pre><span></span><code>{code}</code></pre></div>'
    "\n<!--mark-->\n"
)
OUTPUT = (
    '<div class="language-text highlight"><span class="filename">Output</span>'
    "<pre><samp>{output}</samp></pre></div>"
)
CODE = {"zh": "# 摘要。\nprint(1 + 1)\n", "en": "# Summary.\nprint(1 + 1)\n"}


@pytest.fixture
def built(files):
    """A site of one page in two languages, as the build would write it."""
    for language, root in (("zh", "site"), ("en", "site/en")):
        code = CODE[language]
        files.write(
            f"{root}/index.html",
            f"<html><body>{BLOCK.format(code=code)}{OUTPUT.format(output='2' + chr(10))}</body>",
        )
        files.write(f"{root}/index.md", f'```python\n{code}```\n\n```text title="Output"\n2\n```\n')
    return files


def counted(files, result=None):
    results = {"a/one.py": Run("2\n") if result is None else result}
    return count_blocks(load_project(files.root), files.root / "site", results, {})


def told(files, result=None) -> str:
    return "\n".join(map(str, counted(files, result).problems))


def change(files, path: str, was: str, becomes: str) -> None:
    text = files.read(path)
    assert was in text
    files.write(path, text.replace(was, becomes, 1))


def test_an_honest_site_is_counted(built):
    result = counted(built)
    assert result.problems == ()
    assert str(result) == "2 blocks shown on 2 pages (zh 1, en 1): 2 ran, 0 did not."


def test_what_did_not_run_is_counted_with_its_reason(built):
    result = counted(built, Skipped("network"))
    assert result.problems == ()
    assert str(result).endswith("0 ran, 2 did not (2 need network).")


def test_a_failed_run_may_not_be_published(built):
    from asrun.base.errors import Location

    failed = RunError(Location("snippets/a/one.py"), "raises", "Mend it.")
    assert "a/one.py is published and has not run" in told(built, failed)


@pytest.mark.parametrize(
    ("path", "was", "becomes", "says"),
    [
        ("site/index.html", "1 + 1", "1 + 2", "site/index.html:1: a Python block that is none"),
        ("site/index.html", ">2\n<", ">3\n<", "stands above an output that is not its own"),
        ("site/index.html", "<!--mark-->", "<p>so</p>", "an output that is not its own"),
        ("site/en/index.html", "Summary", "Other", "none of its page's snippets (`# Other.`)"),
        ("site/index.html", "language-python", "language-ruby", "a/one.py is not on site/index"),
        ("site/index.md", "1 + 1", "1 + 2", "its twin 1, not the same"),
        ("site/index.md", "\n2\n", "\n3\n", "its twin 1, not the same"),
        ("site/index.md", "```python", "```ruby", "its twin 0, not the same"),
    ],
)
def test_a_lie_is_told(built, path: str, was: str, becomes: str, says: str):
    change(built, path, was, becomes)
    assert says in told(built)


def test_a_block_that_was_slipped_in_is_told(built):
    change(built, "site/index.html", "</body>", BLOCK.format(code="evil()") + "</body>")
    assert "none of its page's snippets (`evil()`)" in told(built)


def test_a_block_on_a_page_of_its_own_is_told(built):
    built.write("site/extra.html", BLOCK.format(code="evil()"))
    assert "site/extra.html:1: a Python block on a page that is no page" in told(built)


def test_a_page_that_is_not_published_is_told(built):
    (built.root / "site/en/index.html").unlink()
    assert "docs/en/index.md:1: not published: no site/en/index.html" in told(built)


def test_a_missing_twin_is_told(built):
    (built.root / "site/en/index.md").unlink()
    assert "docs/en/index.md:1: no twin site/en/index.md" in told(built)
