"""The lists made from the snippets themselves, and the glossary."""

from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.lists.documentation import get_documentation_url
from asrun.lists.glossary import find_discouraged_terms, parse_glossary
from asrun.lists.registry import render_reference_list
from asrun.pages.page import Page
from asrun.snippets.snippet import parse_snippet

GLOSSARY = """\
# words

[[term]]
zh = "批"
en = "batch"
about = { zh = "几个样本。", en = "Some samples." }
avoid = ["批次"]
"""
SNIPPET = parse_snippet(
    "a/one.py",
    "snippets/a/one.py",
    "# zh: 摘要 x[0]。\n# en: Sum x[0].\nimport torch\n\ntorch.cat\n",
)


def page(source: str = "# T\n", language: str = "en") -> Page:
    return Page(f"docs/{language}/reference/x.md", "reference/x.md", language, source)


def rows(name: str, language: str = "en") -> list[str]:
    lines = render_reference_list(
        name,
        page(language=language),
        [SNIPPET],
        {"a/one.py": "a/x.md#one"},
        parse_glossary(GLOSSARY),
    )
    return [text for text, _ in lines if text.startswith("| ")][1:]


def test_a_name_is_listed_with_its_documentation_and_the_programs_that_use_it():
    assert rows("api") == [
        "| [`torch.cat`](https://docs.pytorch.org/docs/stable/generated/torch.cat.html) "
        "| [`one`](../a/x.md#one) |"
    ]


def test_a_program_is_listed_with_its_sentence_as_it_stands():
    assert rows("snippets") == ["| Sum x\\[0\\]. | [`one`](../a/x.md#one) |"]
    assert rows("snippets", "zh") == ["| 摘要 x\\[0\\]。 | [`one`](../a/x.md#one) |"]


def test_a_term_is_listed_in_both_languages():
    assert rows("glossary", "zh") == ["| 批 | batch | 几个样本。 |"]


def test_there_is_no_other_list():
    with pytest.raises(KeyError):
        rows("others")


def test_a_chinese_page_that_uses_another_word_is_told():
    (problem,) = find_discouraged_terms(parse_glossary(GLOSSARY), page("# T\n\n一个批次。\n", "zh"))
    assert str(problem) == "docs/zh/reference/x.md:3: `批次`. The glossary says 批."
    assert find_discouraged_terms(parse_glossary(GLOSSARY), page("# T\n\n一批。\n", "zh")) == []
    assert find_discouraged_terms(parse_glossary(GLOSSARY), page("# T\n\n批次\n", "en")) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("[[term", "not TOML"), (GLOSSARY.replace('en = "batch"\n', ""), "glossary.toml:3: a term")],
)
def test_a_glossary_that_cannot_be_read_is_told(text, words):
    with pytest.raises(PageError) as caught:
        parse_glossary(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("torch.nn.Linear", "docs/stable/generated/torch.nn.Linear.html"),
        ("torch.float32", "docs/stable/tensor_attributes.html"),
        ("torch.utils.data.DataLoader", "docs/stable/data.html#torch.utils.data.DataLoader"),
        ("torch.amp.GradScaler", "docs/stable/amp.html#gradient-scaling"),
        ("torch.autocast", "docs/stable/amp.html#torch.autocast"),
        ("torch.compile", "docs/stable/generated/torch.compile.html"),
        ("torch.cuda.Event", "docs/stable/generated/torch.cuda.Event.html"),
        ("torch.OutOfMemoryError", "docs/stable/generated/torch.cuda.OutOfMemoryError.html"),
        (
            "torch.cuda.memory_allocated",
            "docs/stable/generated/torch.cuda.memory.memory_allocated.html",
        ),
        ("torch.cuda.empty_cache", "docs/stable/generated/torch.cuda.memory.empty_cache.html"),
        (
            "torch.utils.checkpoint.checkpoint",
            "docs/stable/checkpoint.html#torch.utils.checkpoint.checkpoint",
        ),
        ("torchvision.ops.nms", "vision/stable/generated/torchvision.ops.nms.html"),
    ],
)
def test_documentation_is_the_official_one(name, page):
    assert get_documentation_url(name) == f"https://docs.pytorch.org/{page}"
