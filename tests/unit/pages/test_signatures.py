"""Signatures as the installed torch states them, and what is wrong with those of a page."""

from __future__ import annotations

import pytest

from asrun.pages.page import Page
from asrun.pages.signatures import find_signature_problems, read_signatures


def page(line: str) -> Page:
    return Page("docs/en/x.md", "x.md", "en", f"# T\n\n```text\n{line}\n```\n")


def test_a_built_in_function_states_its_signature_in_its_docstring():
    assert read_signatures("torch.cat") == ("torch.cat(tensors, dim=0, *, out=None) -> Tensor",)


def test_every_overload_is_stated():
    assert len(read_signatures("torch.Tensor.view")) == 2


def test_a_python_function_states_it_in_its_code():
    (stated,) = read_signatures("torch.nn.functional.relu")
    assert stated.startswith("torch.nn.functional.relu(input")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("torch.cat(tensors, dim=1, *, out=None) -> Tensor", "it says `torch.cat(tensors, dim=0"),
        ("torch.dog(tensors)", "torch.dog does not exist in the installed torch"),
        ("tensor([1, 2])", "A `text` fence holds signatures alone"),
    ],
)
def test_anything_else_in_a_text_fence_is_told(line: str, says: str):
    (error,) = find_signature_problems(page(line))
    assert str(error).startswith("docs/en/x.md:4: ")
    assert says in str(error)
