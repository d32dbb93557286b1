from __future__ import annotations

import pytest

from asrun.pages.fence_rules import find_fence_problems
from asrun.pages.page import Page, parse_page

INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'
REPORT = "<!-- reported: https://github.com/pytorch/pytorch/issues/1 -->\n"


def find(source: str, uri: str = "x.md") -> list[str]:
    page = Page(f"docs/en/{uri}", uri, "en", source)
    return [str(problem) for problem in find_fence_problems(page, parse_page(page))]


@pytest.mark.parametrize(
    "info",
    [
        'text title="Output"',
        'text title="输出"',
        '{.text title="Output"}',
        "Text",
        "output",
        "console",
        "json",
        "txt",
        "",
        "pytb",
        'bash title="Output"',
    ],
)
def test_a_fence_that_looks_like_an_output_is_told_at_its_line(info: str):
    (problem,) = find(f"# T\n\n```{info}\ntensor([1])\n```\n")
    assert problem.startswith("docs/en/x.md:3: ")


@pytest.mark.parametrize(
    "info", ['text title="Output"', "text", "console", 'python title="Output"']
)
def test_a_reason_does_not_make_an_output_of_code_that_is_not_run(info: str):
    (problem,) = find(f"<!-- not run: a cluster -->\n```{info}\ntensor([1])\n```\n")
    assert "as code that is not run" in problem


def test_a_signature_has_no_title_and_may_stand_in_a_list():
    assert find("```text\ntorch.cat(tensors)\n```\n") == []
    assert find("- a\n\n    ```text\n    torch.cat(tensors)\n    ```\n") == []


def test_a_fence_without_content_is_told():
    assert "an empty fence `text`" in find("```text\n\n```\n")[0]


@pytest.mark.parametrize("info", ["sh", "shell", "console", "zsh", "{.bash}", 'bash title="x"'])
def test_commands_stand_in_a_fence_bash(info: str):
    assert f"commands in a fence `{info}`" in find(f"```{info}\nls\n```\n")[0]
    assert find("```bash\nls\n```\n") == []


def test_commands_that_cannot_run_say_why():
    assert find("<!-- not run: two machines -->\n```bash\ntorchrun a.py\n```\n") == []


def test_a_reported_message_names_its_source():
    assert find(f"{REPORT}```text\nRuntimeError: x\n```\n") == []


@pytest.mark.parametrize(
    "url", ["a forum", "http://x.org/1", "https://x.org", "https://x.org/ 1", "https://x.org/<1>"]
)
def test_a_reported_message_without_a_source_is_told(url: str):
    (problem,) = find(f"<!-- reported: {url} -->\n```text\nRuntimeError: x\n```\n")
    assert "is no source of a reported message" in problem


@pytest.mark.parametrize("info", ['text title="Output"', "bash", "json"])
def test_a_reported_message_has_no_other_form(info: str):
    assert "a reported message in a fence" in find(f"{REPORT}```{info}\nx\n```\n")[0]


def test_a_python_block_is_not_a_reported_message():
    assert "a reported message in a fence `python`" in find(f"{REPORT}```python\nx\n```\n")[0]


def test_an_include_below_a_marker_is_told():
    assert "below a marker" in find(f"{REPORT}{INCLUDE}")[0]
    assert "below a marker" in find(f"<!-- not run: x -->\n{INCLUDE}")[0]


@pytest.mark.parametrize("fence", ["```text\ntorch.cat(x)\n```\n", "```bash\nls\n```\n"])
def test_a_lab_holds_no_fences(fence: str):
    assert "a fence in a lab" in find(fence, "labs/x.py")[0]
