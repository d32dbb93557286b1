"""Addresses of the official documentation of torch and torchvision, name by name."""

from __future__ import annotations

import re

_TORCH_DOCS_URL = "https://docs.pytorch.org/docs/stable/"
_TORCHVISION_DOCS_URL = "https://docs.pytorch.org/vision/stable/"
# Pages that document all names of a module.
_MODULE_PAGES = {
    "torch.utils.data": "data.html",
    "torch.utils.data.distributed": "data.html",
    "torch.utils.benchmark": "benchmark_utils.html",
    "torch.utils.checkpoint": "checkpoint.html",
    "torch.autograd.graph": "autograd.html",
    "torch.multiprocessing": "multiprocessing.html",
    "torch.distributed": "distributed.html",
    "torch.nn.init": "nn.init.html",
    "torch.testing": "testing.html",
}
# Functions of torch.cuda that are documented as those of torch.cuda.memory.
_CUDA_MEMORY_FUNCTIONS = (
    "empty_cache",
    "max_memory_allocated",
    "max_memory_reserved",
    "memory_allocated",
    "memory_reserved",
    "memory_stats",
    "reset_peak_memory_stats",
    "set_per_process_memory_fraction",
)
# Names that are documented elsewhere than the rest of their module.
_IRREGULAR_PAGES = {
    "torch.OutOfMemoryError": "generated/torch.cuda.OutOfMemoryError.html",
    "torch.Tensor": "tensors.html#torch.Tensor",
    "torch.amp.GradScaler": "amp.html#gradient-scaling",
    "torch.autocast": "amp.html#torch.autocast",
    "torch.autograd.Function": "autograd.html#torch.autograd.Function",
    "torch.autograd.detect_anomaly": "autograd.html#torch.autograd.detect_anomaly",
    "torch.autograd.gradcheck": "generated/torch.autograd.gradcheck.gradcheck.html",
    **{f"torch.cuda.{n}": f"generated/torch.cuda.memory.{n}.html" for n in _CUDA_MEMORY_FUNCTIONS},
    "torch.device": "tensor_attributes.html#torch.device",
    "torch.finfo": "type_info.html#torch.finfo",
    "torch.inf": "torch.html",
    "torch.nan": "torch.html",
    "torch.nn.Parameter": "generated/torch.nn.parameter.Parameter.html",
    "torch.utils.data.DistributedSampler": (
        "data.html#torch.utils.data.distributed.DistributedSampler"
    ),
}
_TENSOR_ATTRIBUTE_NAMES = re.compile(r"torch\.(u?int\d+|float\d*|bfloat16|bool|long|double|dtype)$")


def get_documentation_url(name: str) -> str:
    """Return the address of a name's official documentation."""
    module, _, last_part = name.rpartition(".")
    if name.startswith("torchvision."):
        return f"{_TORCHVISION_DOCS_URL}generated/{name}.html"
    if name in _IRREGULAR_PAGES:
        return f"{_TORCH_DOCS_URL}{_IRREGULAR_PAGES[name]}"
    if _TENSOR_ATTRIBUTE_NAMES.match(name):
        return f"{_TORCH_DOCS_URL}tensor_attributes.html"
    if module in _MODULE_PAGES:
        return f"{_TORCH_DOCS_URL}{_MODULE_PAGES[module]}#{module}.{last_part}"
    return f"{_TORCH_DOCS_URL}generated/{name}.html"
