"""A signature on a page is held against the installed torch by `asrun check`."""

from __future__ import annotations

from asrun.cli.main import main
from support.project import PAGE


def test_a_check_tells_a_signature_that_torch_does_not_state(files, capsys):
    files.page(f"{PAGE}\n```text\ntorch.cat(tensors, dim=1, *, out=None) -> Tensor\n```\n")
    assert main(["--root", str(files.root), "check", "--runs-only"]) == 1
    message = capsys.readouterr().err
    assert "docs/en/index.md:11: the signature is not the installed one" in message
    assert "it says `torch.cat(tensors, dim=0, *, out=None) -> Tensor`" in message
