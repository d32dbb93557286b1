"""A program to take away: one script that brings its own requirements along."""

from __future__ import annotations

import re
from functools import cache

from asrun.pages.snippet_block import SnippetBlock
from asrun.snippets.imports import find_distribution
from asrun.snippets.snippet import Snippet

_RETURNS_TORCH_TENSORS = re.compile(r"""return_tensors=["']pt["']""")
_USES_NUMPY_BRIDGE = re.compile(r"\.(numpy|from_numpy)\(")


def build_standalone_script(block: SnippetBlock) -> str:
    """Return a program as one file that `uv run` and `pipx run` can run with nothing installed.

    Its requirements stand at its top, in the form of PEP 723 (inline script metadata).
    """
    dependency_lines = "".join(f'#     "{name}",\n' for name in list_requirements(block.snippet))
    return (
        '# /// script\n# requires-python = ">=3.11"\n'
        f"# dependencies = [\n{dependency_lines}# ]\n# ///\n{block.code.text}"
    )


def list_requirements(snippet: Snippet) -> list[str]:
    """Return the distributions that a program needs, pinned to the versions that it ran with.

    Two of them a program can need without an import of its own: NumPy, if it calls torch's bridge
    to it, and torch, if a tokenizer of transformers returns tensors. A module that no installed
    distribution provides is named as it is.
    """
    module_names = {name.partition(".")[0] for name in snippet.imported_modules}
    if _RETURNS_TORCH_TENSORS.search(snippet.source):
        module_names.add("torch")
    if _USES_NUMPY_BRIDGE.search(snippet.source):
        module_names.add("numpy")
    return sorted(map(_format_requirement, module_names), key=str.lower)


@cache  # the programs of a site import the same few modules, and metadata is slow to parse
def _format_requirement(module: str) -> str:
    distribution = find_distribution(module)
    if distribution is None:
        return module
    public_version = distribution.version.partition("+")[0]  # no index has a `+cu128`
    return f"{distribution.name}=={public_version}"
