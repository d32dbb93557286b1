"""TODO docstring."""

from __future__ import annotations

MKDOCS_CONFIGS = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
LANGUAGES = ("zh", "en")
