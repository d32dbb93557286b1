from __future__ import annotations

import pytest

from asrun.lists.documentation import get_documentation_url


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
