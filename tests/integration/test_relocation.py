"""Pages that move or go, in a small project that must stay as sound as it was."""

from __future__ import annotations

import pytest

from asrun.base.errors import AsrunError
from asrun.cli.main import main
from asrun.project.checks import find_project_problems
from asrun.project.declarations import declare_targets_in_sync
from asrun.project.project import load_project
from asrun.project.relocation import move_page, remove_page
from asrun.project.update import update_records
from support.project import Files, sound_project

NAV = """
nav:
  - Home: index.md
  - T:
      - "On": tensors/gather.md
      - Joining: tensors/joining.md
  - D:
      - Loading: data/loading.md
      - One page: data/summary.md
  - L:
      - Lab: labs/one.py
"""
TEXT = '---\ndescription: "x"\n---\n# Title\n\n{words}\n\n## Part {{ #part }}\n\n{block}'
BLOCK = '```python\n--8<-- "{}"\n```\n'
GATHER = (
    "See [home](../index.md), [joining](joining.md#part 'x'), [loading](../data/loading.md),\n"
    "[itself](gather.md#part), [ref][r], `[code](joining.md)` and [out](https://x.org/a.md).\n\n"
    "[r]: ../data/summary.md#part\n\n"
    "<!-- The program is snippets/tensors/own.py; run make update only=tensors/gather. -->"
)
LAB = """\
# %% [markdown]
# # Lab
#
# Words, and [gathering](../tensors/gather.md#part).

# %%
print(1)
"""


def read_all(files) -> dict[str, bytes]:
    return {
        str(file.relative_to(files.root)): file.read_bytes()
        for folder in ("docs", "snippets", ".")
        for file in (files.root / folder).glob("*" if folder == "." else "**/*")
        if file.is_file()
    }


def tell(files) -> list[str]:
    return [str(error) for error in find_project_problems(load_project(files.root))]


@pytest.fixture
def book(tmp_path) -> Files:
    """Two chapters of two pages, a lab, a shared snippet, and the records of it all."""
    made = sound_project(tmp_path)
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        made.write(name, made.read(name) + NAV)
    for name in ("tensors/own", "tensors/gather/deep", "tensors/shared", "data/loading"):
        made.snippet(f"{name}.py", "print(2)\n", "2\n")
    own = BLOCK.format("tensors/own.py") + "\n" + BLOCK.format("tensors/gather/deep.py")
    shared = BLOCK.format("tensors/shared.py")
    made.page(TEXT.format(words=GATHER, block=own + "\n" + shared), "tensors/gather.md")
    words = "Back to [gathering](gather.md#part)."
    made.page(TEXT.format(words=words, block=shared), "tensors/joining.md")
    words = "[Gathering](../tensors/gather.md), [r].\n\n[r]: ../tensors/gather.md#part"
    made.page(TEXT.format(words=words, block=BLOCK.format("data/loading.py")), "data/loading.md")
    made.page(TEXT.format(words="All.", block=""), "data/summary.md")
    for language in ("zh", "en"):
        made.write(f"docs/{language}/labs/one.py", LAB)
    made.write(
        "docs/source.toml",
        '[[block]]\nid = "B01"\nlines = [1, 2]\ntitle = { zh = "x", en = "x" }\n'
        'status = "replaced"\nat = "tensors/gather.md#part"\n\n'
        '[[block]]\nid = "B02"\nlines = [3, 4]\ntitle = { zh = "x", en = "x" }\n'
        'status = "unchanged"\nsnippets = ["tensors/own.py"]\n',
    )
    made.write("docs/sync.toml", "")
    declare_targets_in_sync(made.root, [], with_new=True)
    update_records(made.root)
    assert tell(made) == []
    return made


def test_a_moved_page_takes_everything_that_names_it_along(book):
    assert main(["--root", str(book.root), "move", "tensors/gather", "data/picking"]) == 0
    assert tell(book) == []
    assert not (book.root / "docs/zh/tensors/gather.md").exists()
    page = book.read("docs/en/data/picking.md")
    assert "[home](../index.md), [joining](../tensors/joining.md#part 'x')" in page
    assert "[loading](loading.md)" in page
    assert "[itself](picking.md#part), [ref][r], `[code](joining.md)`" in page
    assert "[out](https://x.org/a.md)" in page
    assert "[r]: summary.md#part" in page
    assert "snippets/data/own.py; run make update only=data/picking. -->" in page
    assert "[gathering](../data/picking.md#part)" in book.read("docs/zh/tensors/joining.md")
    assert "[Gathering](picking.md), [r].\n\n[r]: picking.md#part" in book.read(
        "docs/zh/data/loading.md"
    )
    assert "[gathering](../data/picking.md#part)" in book.read("docs/en/labs/one.py")
    assert 'at = "data/picking.md#part"' in book.read("docs/source.toml")
    assert 'snippets = ["data/own.py"]' in book.read("docs/source.toml")
    assert '"tensors/gather" = "data/picking"\n' in book.read("docs/redirects.toml")


def test_its_own_snippets_move_with_it_and_shared_ones_stay(book):
    move_page(book.root, "tensors/gather", "data/picking")
    snippets = {name for name in load_project(book.root).snippets if name != "a/one.py"}
    assert snippets == {
        "data/own.py",
        "data/picking/deep.py",
        "tensors/shared.py",
        "data/loading.py",
    }
    assert not (book.root / "snippets/tensors/gather").exists()
    assert book.read("snippets/data/own.out") == "2\n"


def test_it_keeps_its_title_and_stands_before_the_summary(book):
    move_page(book.root, "tensors/gather", "data/picking")
    assert book.read("mkdocs.yml").endswith(
        NAV.replace('      - "On": tensors/gather.md\n', "").replace(
            "      - One page", '      - "On": data/picking.md\n      - One page'
        )
    )


def test_a_page_renamed_in_its_chapter_keeps_its_place_and_its_snippets(book):
    move_page(book.root, "docs/en/tensors/gather.md", "tensors/picking")
    assert book.read("mkdocs.en.yml").endswith(NAV.replace("tensors/gather", "tensors/picking"))
    assert (book.root / "snippets/tensors/own.py").exists()
    assert tell(book) == []


def test_verdicts_and_declarations_stay_valid(book):
    before = load_project(book.root)
    move_page(book.root, "tensors/gather", "data/picking")
    after = load_project(book.root)
    assert before.verdicts_by_snippet["tensors/own.py"]
    assert after.verdicts_by_snippet["data/own.py"] == before.verdicts_by_snippet["tensors/own.py"]
    assert len(after.sync) == len(before.sync)
    assert not [change for uri in after.page_pairs for change in after.find_page_changes(uri)]


def test_what_was_behind_its_translation_still_is(book):
    text = book.read("docs/en/tensors/gather.md")
    book.write("docs/en/tensors/gather.md", text.replace("See [home]", "Look at [home]"))
    move_page(book.root, "tensors/gather", "data/picking")
    project = load_project(book.root)
    (change,) = project.find_page_changes("data/picking.md")
    assert change.languages == ("en",)


def test_a_page_that_moves_back_leaves_all_as_it_was_but_the_redirect(book):
    before = read_all(book)
    move_page(book.root, "tensors/gather", "data/picking")
    move_page(book.root, "data/picking", "tensors/gather")
    after = read_all(book)
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    # It stands last in the nav of its chapter now.
    assert changed == {"docs/redirects.toml", "mkdocs.yml", "mkdocs.en.yml"}
    assert book.read("docs/redirects.toml").endswith('"data/picking" = "tensors/gather"\n')


def test_a_page_that_moves_twice_leaves_no_chain(book):
    move_page(book.root, "tensors/gather", "data/picking")
    move_page(book.root, "data/picking", "tensors/picking")
    assert tell(book) == []
    assert '"tensors/gather" = "tensors/picking"' in book.read("docs/redirects.toml")


def test_a_section_goes_from_the_nav_with_its_last_page(book):
    move_page(book.root, "tensors/gather", "data/picking")
    move_page(book.root, "tensors/joining", "data/joining")
    assert "- T:" not in book.read("mkdocs.yml")
    assert tell(book) == []


def test_a_lab_is_renamed_among_the_labs(book):
    move_page(book.root, "labs/one", "labs/two")
    assert "- Lab: labs/two.py" in book.read("mkdocs.yml")
    assert '"labs/one" = "labs/two"' in book.read("docs/redirects.toml")
    assert tell(book) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("tensors/no", "data/x", "there is no page `tensors/no`"),
        ("tensors/gather", "data/loading", "docs/zh/data/loading.md:1: is there already"),
        ("tensors/gather", "tensors/gather", "is there already"),
        ("tensors/gather", "Data/x", "is no name for a page"),
        ("tensors/gather", "", "is no name for a page"),
        ("tensors/gather", "../x", "is no name for a page"),
        ("tensors/gather", "quantum/x", "there is no chapter `quantum`"),
        ("labs/one", "data/one", "a lab stays among the labs"),
    ],
)
def test_a_move_that_cannot_be_is_refused_and_changes_nothing(book, old, new, says):
    before = read_all(book)
    with pytest.raises(AsrunError) as refused:
        move_page(book.root, old, new)
    assert says in str(refused.value)
    assert read_all(book) == before


def test_a_snippet_of_the_same_name_in_the_new_chapter_is_not_overwritten(book):
    book.write("snippets/data/own.py", "x")
    before = read_all(book)
    with pytest.raises(AsrunError):
        move_page(book.root, "tensors/gather", "data/picking")
    assert read_all(book) == before


def test_a_move_that_is_interrupted_changes_nothing(book, monkeypatch):
    import asrun.base.files as files_module

    before, written = read_all(book), []

    def write(path, text):
        written.append(path)
        if len(written) == 5:
            raise KeyboardInterrupt
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(files_module, "write_atomically", write)
    with pytest.raises(KeyboardInterrupt):
        move_page(book.root, "tensors/gather", "data/picking")
    assert len(written) == 5
    assert read_all(book) == before


def test_a_file_that_cannot_be_read_keeps_pages_where_they_are(book):
    book.write("docs/sync.toml", "<<<<<<< HEAD\n")
    before = read_all(book)
    with pytest.raises(AsrunError, match=r"docs/sync\.toml"):
        move_page(book.root, "tensors/gather", "data/picking")
    assert read_all(book) == before


def drop_from_the_original(book) -> None:
    book.write("docs/source.toml", "")


def test_a_removed_page_leads_to_its_successor_with_its_links(book):
    drop_from_the_original(book)
    root = str(book.root)
    assert main(["--root", root, "remove", "tensors/gather", "--to", "data/loading#part"]) == 0
    assert tell(book) == []
    assert not (book.root / "docs/en/tensors/gather.md").exists()
    assert {*load_project(book.root).snippets} == {
        "a/one.py",
        "tensors/shared.py",
        "data/loading.py",
    }
    assert "[gathering](../data/loading.md#part)" in book.read("docs/zh/tensors/joining.md")
    assert "[Gathering](loading.md#part)" in book.read("docs/zh/data/loading.md")
    assert "tensors/gather" not in book.read("docs/sync.toml") + book.read("mkdocs.yml")
    assert "tensors/own" not in book.read("snippets/verified.json")
    assert '"tensors/gather" = "data/loading#part"' in book.read("docs/redirects.toml")
    project = load_project(book.root)
    assert not [change for uri in project.page_pairs for change in project.find_page_changes(uri)]


def test_a_removed_page_without_successor_is_written_down(book):
    remove_page(book.root, "data/summary", "data/loading")
    assert '"data/summary" = "data/loading"' in book.read("docs/redirects.toml")
    drop_from_the_original(book)
    for name in ("zh/tensors/joining.md", "en/tensors/joining.md"):
        text = book.read(f"docs/{name}").replace("[gathering](gather.md#part)", "it")
        book.write(f"docs/{name}", text)
    for language in ("zh", "en"):
        path = f"docs/{language}/data/loading.md"
        book.write(
            path, book.read(path).partition("[Gathering]")[0] + BLOCK.format("data/loading.py")
        )
        (book.root / f"docs/{language}/labs/one.py").unlink()
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        book.write(name, book.read(name).partition("  - L:")[0])
    remove_page(book.root, "tensors/gather", "none")
    assert '"tensors/gather" = "none"' in book.read("docs/redirects.toml")


@pytest.mark.parametrize(
    ("page", "target", "says"),
    [
        ("tensors/gather", "", "to=CHAPTER/NAME`, or `to=none`"),
        ("tensors/gather", "none", "links to tensors/gather.md and "),
        ("tensors/gather", "tensors/no", "there is no page `tensors/no`"),
        ("tensors/gather", "data/loading#no", "is no page or section that stays"),
        ("tensors/gather", "tensors/gather", "is no page or section that stays"),
        ("tensors/gather", "data/loading", "docs/source.toml:6: names tensors/gather.md"),
        ("tensors/no", "none", "there is no page"),
    ],
)
def test_a_removal_that_would_leave_something_broken_is_refused(book, page, target, says):
    if target == "none":
        drop_from_the_original(book)
    before = read_all(book)
    with pytest.raises(AsrunError) as refused:
        remove_page(book.root, page, target)
    assert says in str(refused.value)
    assert read_all(book) == before


def test_the_site_of_a_moved_page_leads_readers_on_in_both_languages(book):
    move_page(book.root, "tensors/gather", "data/picking")
    for language in ("zh", "en"):
        (book.root / f"docs/{language}/labs/one.py").unlink()
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        book.write(name, book.read(name).partition("  - L:")[0])
    declare_targets_in_sync(book.root, [], with_new=True)
    assert main(["--root", str(book.root), "site"]) == 0
    for folder in ("", "en/"):
        page = book.read(f"site/{folder}tensors/gather/index.html")
        assert 'content="0; url=../../data/picking/"' in page
        assert (book.root / f"site/{folder}data/picking/index.html").is_file()
    assert "tensors/gather" not in book.read("site/sitemap.xml")
