"""TODO docstring."""

from __future__ import annotations

MAX_TENSOR_CELLS = 64
