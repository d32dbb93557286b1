"""Takes pictures of the built site for people to look at: `make shots`.

Each kind of page, in both languages: light, dark, and 360 pixels wide, whole pages.
"""

from __future__ import annotations

import sys
from pathlib import Path

from support.browser import FOLDERS, KINDS, ROOT, arrive, opened, served, started

SHOTS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
    },
}


def take(site: Path, folder: Path) -> int:
    """Write ``PAGE.LANGUAGE.KIND.png`` for each into a folder; return how many."""
    count = 0
    with served(site) as address, started() as browser:
        for kind, options in SHOTS.items():
            page = opened(browser, reduced_motion="reduce", **options)
            for language, root in FOLDERS.items():
                for url in KINDS:
                    arrive(page, address + root + url)
                    name = url.strip("/").replace("/", "-") or "home"
                    page.screenshot(path=folder / f"{name}.{language}.{kind}.png", full_page=True)
                    count += 1
    return count


if __name__ == "__main__":
    where = ROOT / "build/shots"
    where.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"{take(ROOT / 'site', where)} pictures in {where.relative_to(ROOT)}/\n")
