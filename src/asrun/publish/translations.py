"""The same page in each language: its URL, for the language switch and for search engines."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from asrun.base.languages import LANGUAGES, get_path_to_site_root, get_url_root

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True)
class Translation:
    """A page in one language, as the theme links it.

    Attributes:
        language: ``zh`` or ``en``.
        name: what the language calls itself.
        url: the relative URL from the page that shows the link.
        canonical_url: the absolute URL if the site has an address, else ``url``.
    """

    language: str
    name: str
    url: str
    canonical_url: str


def list_translations(
    language: str, path_to_root: str, url: str, canonical_url: str | None = None
) -> list[Translation]:
    """Return a page in every language, its own included, in the order of `LANGUAGES`.

    ``language``, ``path_to_root`` and ``url`` are as in `make_translation_url`; ``canonical_url``
    is the page's own absolute URL, if the site has an address.
    """
    urls = {name: make_translation_url(language, path_to_root, url, name) for name in LANGUAGES}
    return [
        Translation(name, LANGUAGE_NAMES[name], link, urljoin(canonical_url or "", link))
        for name, link in urls.items()
    ]


def make_translation_url(language: str, path_to_root: str, url: str, target_language: str) -> str:
    """Return the relative URL of a page in another language, or in its own.

    ``path_to_root`` leads from the page to the root of its ``language``, ``url`` from there to
    the page.
    """
    path_to_site = path_to_root + get_path_to_site_root(language)
    return path_to_site + get_url_root(target_language) + url.removeprefix("./") or "./"
