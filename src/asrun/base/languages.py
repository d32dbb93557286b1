"""The two languages: their order, their addresses in the site, their MkDocs configurations."""

from __future__ import annotations

LANGUAGES = ("zh", "en")  # the first one's pages stand at the root of the site
MKDOCS_CONFIGS = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
_URL_ROOTS = {"zh": "", "en": "en/"}


def get_other_language(language: str) -> str:
    """Return the language that pages in this one are translated to."""
    first, second = LANGUAGES
    return second if language == first else first


def get_url_root(language: str) -> str:
    """Return where a language's pages begin, from the root of the site: ``""`` or ``en/``."""
    return _URL_ROOTS[language]


def get_path_to_site_root(language: str) -> str:
    """Return the relative link from a language's root to the root of the site."""
    return "../" * get_url_root(language).count("/")
