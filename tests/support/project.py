"""A small project in a temporary folder: one page pair, one snippet, the real configuration."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]

SUMMARY = "# zh: 摘要。\n# en: Summary.\n"
PAGE = '---\ndescription: x\n---\n# Title\n\n```python\n--8<-- "a/one.py"\n```\n'


class Files:
    """A folder of files, written with one call each."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def page(self, text: str, uri: str = "index.md") -> None:
        """Write a page, the same in both languages."""
        for language in ("zh", "en"):
            self.write(f"docs/{language}/{uri}", text)

    def snippet(self, name: str, code: str, out: str | None = None, header: str = "") -> None:
        self.write(f"snippets/{name}", header + SUMMARY + code)
        if out is not None:
            self.write(f"snippets/{name.removesuffix('.py')}.out", out)


def sound_project(folder: Path) -> Files:
    """Write a sound project: a page pair that includes one snippet."""
    made = Files(folder / "project")
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        configuration = (ROOT / name).read_text(encoding="utf-8")
        made.write(name, configuration.partition("\nnav:")[0] + "\n")
    made.write("pyproject.toml", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shutil.copytree(ROOT / "docs" / "theme", made.root / "docs" / "theme")
    made.page(PAGE)
    made.snippet("a/one.py", "print(1 + 1)\n", "2\n")
    return made
