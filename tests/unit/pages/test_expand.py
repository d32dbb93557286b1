from __future__ import annotations

import pytest

from asrun.base.errors import Location, PageError
from asrun.pages.expand import expand_page
from asrun.pages.page import Page
from asrun.pages.snippet_block import SnippetBlock
from asrun.snippets.snippet import parse_snippet
from asrun.verification.record import Environment, Verdict

VERIFIED_LINE = (
    '<p class="proof"><a href="../snippets/a/one.py" download>one.py</a> · '
    '<a href="../snippets/a/one.ipynb" download>notebook</a></p>'
)
INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'


def make_page(source: str, language: str = "en") -> Page:
    return Page(f"docs/{language}/x.md", "x.md", language, source)


def make_block(code: str, header: str = "", language: str = "en", **fields) -> SnippetBlock:
    snippet = parse_snippet(
        "a/one.py", "snippets/a/one.py", f"{header}# zh: 摘要。\n# en: Summary.\n{code}"
    )
    return SnippetBlock(snippet, snippet.localize(language), **{"output": "", **fields})


def make_verdicts(*environments: tuple[str, str]) -> dict[Environment, Verdict]:
    return {
        Environment(torch, None, "3.11", device, "Linux x86_64"): Verdict(
            "equal", "2026-11-25T10:00Z"
        )
        for torch, device in environments
    }


def refuse_list(data_list):
    raise AssertionError(data_list)


def expand(source: str, block: SnippetBlock, language: str = "en") -> str:
    return expand_page(
        make_page(source, language), {"a/one.py": block}.__getitem__, refuse_list
    ).text


def test_an_include_becomes_code_and_output():
    text = expand(f"# T\n\n{INCLUDE}\nAfter.\n", make_block("print(2)\n", output="2\n"))
    assert text == (
        "# T\n\n"
        "```python\n# Summary.\nprint(2)\n```\n\n"
        "<!--pytest-codeblocks:expected-output-->\n\n"
        '```text title="Output"\n2\n```\n\n'
        f"{VERIFIED_LINE}\n\n"
        "After.\n"
    )


def test_the_words_around_it_are_in_the_pages_language():
    text = expand(INCLUDE, make_block("print(2)\n", language="zh", output="2\n"), "zh")
    assert '```text title="输出"' in text
    assert "# 摘要。" in text


def test_an_expected_exception_is_labelled_and_marked_for_pytest():
    block = make_block("1 / 0\n", "# raises: ZeroDivisionError\n", output="ZeroDivisionError: x\n")
    text = expand(INCLUDE, block)
    mark = "<!--pytest.mark.xfail(raises=RuntimeError, strict=True)-->"
    assert text.startswith(f"{mark}\n\n```python")
    assert 'title="Error"\nZeroDivisionError: x\n' in text
    assert "expected-output" not in text


def test_what_needs_a_gpu_is_skipped_by_pytest_only_where_there_is_none():
    text = expand(INCLUDE, make_block("print(1)\n", "# needs: cuda\n", missing_requirement="cuda"))
    assert text.startswith('<!--pytest.mark.skipif(not __import__("torch").cuda.is_available()')
    assert "*This program needs a CUDA GPU. It is not yet proven on one.*" in text


def test_an_exception_that_needs_a_gpu_is_expected_where_there_is_one():
    text = expand(
        INCLUDE, make_block("1 / 0\n", "# needs: cuda\n# raises: X\n", missing_requirement="cuda")
    )
    skip, _, expect = text.splitlines()[:3]
    assert skip.startswith("<!--pytest.mark.skipif(")
    assert expect == "<!--pytest.mark.xfail(raises=RuntimeError, strict=True)-->"


def test_a_figure_stands_below_the_output():
    block = make_block("print(1)\n", "# figure.zh: 图\n# figure.en: A picture.\n", output="1\n")
    block = SnippetBlock(block.snippet, block.code, block.output, ("<figure>\nsvg\n</figure>",))
    text = expand(INCLUDE, block)
    assert text.endswith(f"1\n```\n\n<figure>\nsvg\n</figure>\n\n{VERIFIED_LINE}\n")


def test_a_figure_that_was_not_drawn_says_so_and_keeps_its_alt_text():
    block = make_block("print(1)\n", "# figure.zh: 图\n# figure.en: A picture.\n", figures=(None,))
    assert "> This figure is not drawn yet: `make serve` draws it. (A picture.)" in expand(
        INCLUDE, block
    )


def test_a_failure_is_shown_in_its_place():
    text = expand(INCLUDE, make_block("1 / 0\n", failure="snippets/a/one.py:3: raises"))
    assert "*The run failed*" in text
    assert "snippets/a/one.py:3: raises" in text


def test_code_that_holds_a_fence_is_fenced_longer():
    text = expand(INCLUDE, make_block('print("```")\n', output="```\n"))
    assert "````python" in text
    assert '````text title="Output"\n```\n````' in text


def test_an_indented_include_keeps_its_indent():
    text = expand(
        '- item\n\n    ```python\n    --8<-- "a/one.py"\n    ```\n', make_block("x = 1\n")
    )
    assert "    ```python\n    # Summary.\n    x = 1\n    ```\n" in text


def test_a_block_that_cannot_run_shows_its_reason():
    text = expand("<!-- not run: needs a cluster -->\n\n```python\nx\n```\n", make_block("x\n"))
    assert '<!--pytest.mark.skip(reason="needs a cluster")-->' in text
    assert text.endswith("*This code was not run: needs a cluster*\n")


def test_every_line_knows_where_it_came_from():
    source = f"# T\n\n{INCLUDE}\nAfter.\n"
    result = expand_page(
        make_page(source), lambda _: make_block("print(2)\n", output="2\n"), refuse_list
    )
    places = dict(zip(result.text.splitlines(), result.line_locations, strict=True))
    assert places["print(2)"] == Location("snippets/a/one.py", 3)
    assert places["2"] == Location("snippets/a/one.out", 1)
    assert places["After."] == Location("docs/en/x.md", 7)
    assert places["```python"] == Location("docs/en/x.md", 3)


def test_an_include_without_a_file_is_an_error_with_its_line():
    with pytest.raises(PageError) as caught:
        expand_page(make_page(f"# T\n\n{INCLUDE}"), {}.__getitem__, refuse_list)
    assert str(caught.value).startswith("docs/en/x.md:4: includes a/one.py, and there is no")


def test_the_line_below_a_block_says_where_it_was_verified_and_leads_to_the_file():
    block = make_block(
        "import torch\n", verified_environments=make_verdicts(("2.9.1", "CPU"), ("2.14.1", "CPU"))
    )
    page = make_page(INCLUDE)
    text = expand_page(page, {"a/one.py": block}.__getitem__, refuse_list, "https://x.org/p").text
    assert (
        '<p class="proof">Verified on torch 2.9.1, 2.14.1 (CPU), Python 3.11 · 2026-11-25 · <a'
    ) in text
    assert '<a href="https://x.org/p/blob/main/snippets/a/one.py">in the repository</a>' in text


def test_a_program_without_torch_is_verified_on_python_alone():
    text = expand(
        INCLUDE, make_block("print(2)\n", verified_environments=make_verdicts(("2.14.1", "CPU")))
    )
    assert "Verified on Python 3.11 · 2026-11-25 · " in text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", "*这段程序需要 CUDA 显卡，还没有在显卡上验证过。*"),
        ("en", "*This program needs a CUDA GPU. It is not yet proven on one.*"),
    ],
)
def test_a_gpu_program_that_has_passed_nowhere_says_so(language, says):
    block = make_block(
        "import torch\n", "# needs: cuda\n", language=language, missing_requirement="cuda"
    )
    text = expand(INCLUDE, block, language)
    assert says in text
    assert "2026" not in text


def test_a_gpu_program_that_has_passed_shows_on_which_gpu():
    verdicts = make_verdicts(("2.9.1", "NVIDIA H100"))
    block = make_block(
        "import torch\n",
        "# needs: cuda\n",
        output="2\n",
        missing_requirement="cuda",
        verified_environments=verdicts,
    )
    text = expand(INCLUDE, block)
    assert 'text title="Output (NVIDIA H100)"\n2\n' in text
    assert "Verified on torch 2.9.1 (NVIDIA H100), Python 3.11 · " in text
    assert "not yet proven" not in text


def test_a_list_stands_where_its_mark_stood_with_its_own_places():
    def render_list(data_list):
        return [(f"| {data_list.name} |", Location("docs/data.toml", 7))]

    source = "# T\n\n<!-- list: things -->\n\nAfter.\n"
    result = expand_page(make_page(source), {}.__getitem__, render_list)
    assert result.text == "# T\n\n| things |\n\nAfter.\n"
    assert str(result.line_locations[2]) == "docs/data.toml:7"
