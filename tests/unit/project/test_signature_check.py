from __future__ import annotations

import pytest

from asrun.pages.page import Page
from asrun.project import signature_check
from asrun.project.signature_check import check_signatures

CAT = "torch.cat(tensors, dim=0) -> Tensor"


def page(line: str) -> Page:
    return Page("docs/en/x.md", "x.md", "en", f"# T\n\n```text\n{line}\n```\n")


@pytest.fixture
def read_names(monkeypatch) -> list[str]:
    """The names that were read from torch, which states one signature, and is never imported."""
    names: list[str] = []

    def read_signatures(name: str) -> tuple[str, ...]:
        names.append(name)
        if name != "torch.cat":
            raise LookupError(f"{name} does not exist")
        return (CAT,)

    monkeypatch.setattr(signature_check, "read_signatures", read_signatures)
    monkeypatch.setattr(signature_check, "find_installed_version", lambda package: "2.14.1")
    return names


def test_a_signature_is_read_once_and_compared_ever_after(tmp_path, read_names):
    assert check_signatures(tmp_path, [page(CAT)]) == []
    assert check_signatures(tmp_path, [page(CAT)]) == []
    (problem,) = check_signatures(tmp_path, [page(CAT.replace("dim=0", "dim=1"))])
    assert str(problem) == (
        "docs/en/x.md:4: the signature is not the installed one: `torch.cat(tensors, dim=1) -> "
        f"Tensor`. Run `.venv/bin/asrun signature torch.cat`; it says `{CAT}`."
    )
    assert read_names == ["torch.cat"]


def test_it_is_read_again_from_another_version(tmp_path, read_names, monkeypatch):
    check_signatures(tmp_path, [page(CAT)])
    monkeypatch.setattr(signature_check, "find_installed_version", lambda package: "2.15.0")
    check_signatures(tmp_path, [page(CAT)])
    assert read_names == ["torch.cat", "torch.cat"]


def test_what_is_no_signature_is_told(tmp_path, read_names):
    (problem,) = check_signatures(tmp_path, [page("tensor([1, 2])")])
    assert "is no signature" in str(problem)


def test_a_damaged_cache_is_as_good_as_none(tmp_path, read_names):
    check_signatures(tmp_path, [page(CAT)])
    (cache_file,) = tmp_path.rglob("signatures.json")
    cache_file.write_text("{")
    assert check_signatures(tmp_path, [page(CAT)]) == []
    assert read_names == ["torch.cat", "torch.cat"]


def test_without_torch_nothing_is_said(tmp_path, read_names, monkeypatch):
    monkeypatch.setattr(signature_check, "find_installed_version", lambda package: None)
    assert check_signatures(tmp_path, [page("tensor([1, 2])")]) == []
    assert read_names == []


def test_a_page_that_cannot_be_read_shows_no_signature(tmp_path, read_names):
    broken = Page("docs/en/x.md", "x.md", "en", "# T\n\n```text\n")
    assert check_signatures(tmp_path, [broken]) == []
