"""Take pictures of the built site for people to look at: `make shots`.

Each kind of page, in both languages: light, dark, and 360 pixels wide, whole pages.
"""

from __future__ import annotations

import sys
from pathlib import Path

from support.browser import PAGE_KINDS, load_page, open_page, serve_folder, start_chromium
from support.project import ROOT
from support.site import LANGUAGE_FOLDERS

SCREENS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
    },
}


def take_screenshots(site: Path, folder: Path) -> int:
    """Write ``PAGE.LANGUAGE.SCREEN.png`` for each into a folder; return how many."""
    count = 0
    with serve_folder(site) as address, start_chromium() as browser:
        for screen, options in SCREENS.items():
            with open_page(browser, reduced_motion="reduce", **options) as page:
                for language, language_folder in LANGUAGE_FOLDERS.items():
                    for kind in PAGE_KINDS:
                        load_page(page, address + language_folder + kind)
                        name = kind.strip("/").replace("/", "-") or "home"
                        file = folder / f"{name}.{language}.{screen}.png"
                        page.screenshot(path=file, full_page=True)
                        count += 1
    return count


if __name__ == "__main__":
    target = ROOT / "build/shots"
    target.mkdir(parents=True, exist_ok=True)
    count = take_screenshots(ROOT / "site", target)
    sys.stderr.write(f"{count} pictures in {target.relative_to(ROOT)}/\n")
