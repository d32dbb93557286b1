"""A build that uses pages again gives, byte for byte, what a build from nothing gives."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from asrun.cli.main import main
from asrun_quality.reproducible import find_differences
from support.git import git
from support.project import Files

SEED = 1
PAGES = ("index.md", "a/one.md", "a/two.md", "b/three.md")
PROGRAM = '\n```python\n--8<-- "a/one.py"\n```\n'
SECOND_PROGRAM = '\n```python\n--8<-- "a/two.py"\n```\n'


def write_page(files: Files, uri: str, words: str, extra: str = "") -> None:
    program = PROGRAM if uri == "index.md" else SECOND_PROGRAM if uri == "a/two.md" else ""
    files.page(f"---\ndescription: {words}\n---\n# 标题 {uri}\n\n{words}\n{program}{extra}", uri)


def build_site(files: Files) -> None:
    assert main(["--root", str(files.root), "update"]) == 0
    assert main(["--root", str(files.root), "site"]) == 0


# Each takes the project, and random numbers to choose by.
def edit_words(files: Files, chance: random.Random) -> None:
    write_page(files, chance.choice(PAGES), f"张量 words {chance.random()}")


def edit_a_heading(files: Files, chance: random.Random) -> None:
    """The navigation of every page shows it."""
    uri = chance.choice(PAGES[1:])
    number = chance.randrange(100)
    for language in ("zh", "en"):
        text = files.read(f"docs/{language}/{uri}")
        files.write(f"docs/{language}/{uri}", text.replace("# 标题", f"# 标题 {number}", 1))


def add_a_section_and_link_to_it(files: Files, chance: random.Random) -> None:
    name = f"s{chance.randrange(1000)}"
    link = f"\n[there](../a/one.md#{name})\n"
    write_page(files, "a/one.md", "one", f"\n## 一节 {{ #{name} }}\n\nText.\n")
    write_page(files, "b/three.md", "three", link)


def edit_a_program(files: Files, chance: random.Random) -> None:
    files.snippet(f"a/{chance.choice(('one', 'two'))}.py", f"print({chance.randrange(10**6)})\n")


def edit_the_theme(files: Files, chance: random.Random) -> None:
    path = "docs/theme/main.html"
    files.write(path, files.read(path) + f"\n{{# {chance.random()} #}}\n")


def edit_a_style(files: Files, chance: random.Random) -> None:
    path = "docs/theme/assets/site.css"
    files.write(path, files.read(path) + f"\n/* {chance.random()} */\n")


def edit_the_configuration(files: Files, chance: random.Random) -> None:
    files.write("mkdocs.yml", files.read("mkdocs.yml") + f"copyright: c{chance.random()}\n")


def add_and_remove_a_page(files: Files, chance: random.Random) -> None:
    if (files.root / "docs/zh/b/four.md").exists():
        for language in ("zh", "en"):
            (files.root / f"docs/{language}/b/four.md").unlink()
    else:
        write_page(files, "b/four.md", f"four {chance.random()}")


def commit_everything(files: Files, chance: random.Random) -> None:
    """Pages show who changed them last, and when."""
    git(files.root, "add", "-A")
    name = f"user.name=Author {chance.randrange(3)}"
    git(files.root, "-c", name, "commit", "--allow-empty", "-m", f"{chance.random()}")


EDITS_OF_PAGES = (
    edit_words,
    edit_a_heading,
    add_a_section_and_link_to_it,
    edit_a_program,
    add_and_remove_a_page,
    commit_everything,
)
EDITS_OF_EVERYTHING = (edit_the_theme, edit_a_style, edit_the_configuration)


@pytest.fixture
def pages(checkout: Files) -> Files:
    """Four pages, two of them with a program, built once."""
    for uri in PAGES:
        write_page(checkout, uri, "first words")
    checkout.snippet("a/two.py", "print('two')\n", "two\n")
    build_site(checkout)
    return checkout


def test_after_any_edits_the_site_is_the_one_that_a_clean_build_gives(
    pages: Files, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    deck = chance.sample(EDITS_OF_PAGES, len(EDITS_OF_PAGES))
    for number, edits in enumerate((deck[:3], deck[3:], EDITS_OF_EVERYTHING)):
        for edit in edits:
            edit(pages, chance)
        build_site(pages)
        incremental = tmp_path / f"incremental-{number}"
        shutil.copytree(pages.root / "site", incremental)
        forget_pages(pages)
        build_site(pages)
        different = [str(error) for error in find_differences(incremental, pages.root / "site")]
        assert different == [], [edit.__name__ for edit in edits]


def forget_pages(files: Files) -> None:
    """Keep the runs alone: the next build starts from nothing."""
    for folder in ("pages", "site.json", "counts", "archive"):
        path = files.root / ".cache/asrun" / folder
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def test_only_the_edited_page_is_rendered_again(pages: Files) -> None:
    folder = pages.root / ".cache/asrun/pages"

    def read_times() -> dict[str, int]:
        return {str(f.relative_to(folder)): f.stat().st_mtime_ns for f in folder.rglob("*.json")}

    before = read_times()
    for kind in ("content", "html", "search"):
        assert {f"zh/{kind}/{uri}.json" for uri in PAGES} <= set(before)
    edit_words(pages, random.Random(4))
    build_site(pages)
    after = read_times()
    rendered = {name.partition("/")[2] for name in after if after[name] != before[name]}
    assert len({name.partition("/")[2] for name in rendered if name.startswith("content")}) == 1
    assert {name.partition("/")[0] for name in rendered} == {"content", "html", "search"}


def test_a_warning_comes_each_time(pages: Files, capfd: pytest.CaptureFixture[str]) -> None:
    """A link that our own check does not see, and MkDocs does, stops every build."""
    extra = '\n<a id="here"></a> [there](../a/one.md#gone "title")\n'
    for uri, words in (("b/three.md", extra), ("a/one.md", "")):
        write_page(pages, uri, "words", words)
    for _ in range(2):
        assert main(["--root", str(pages.root), "site"]) == 1
        assert "gone" in capfd.readouterr().err
