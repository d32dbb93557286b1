"""The words that pages of both languages say around programs, wherever they are rendered.

Words that one list or one banner alone uses, such as its column titles, stand in its own module:
they are part of what that module says of its data.
"""

from __future__ import annotations

from collections.abc import Mapping

UI_MESSAGES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "output": "输出",
        "error": "报错",
        "cuda": "这段程序需要 CUDA 显卡，还没有在显卡上验证过。",
        "network": "这段程序需要联网，这里没有运行。",
        "not run": "这段代码没有运行：",
        "no figure": "这张图还没有画：运行 `make serve` 就能看到。",
        "failed": "运行失败",
        "lab not run": "这个实验还没有在这里运行：运行 `make serve` 就能看到它的输出和图。",
        "permalink": "本节链接",
        "download": "下载：",
        "verified": "在 {} 上验证过",
        "file": "仓库里的文件",
        "notebook": "notebook",
        "item separator": "、",
        "group separator": "；",
    },
    "en": {
        "output": "Output",
        "error": "Error",
        "cuda": "This program needs a CUDA GPU. It is not yet proven on one.",
        "network": "This program needs the network. It was not run here.",
        "not run": "This code was not run: ",
        "no figure": "This figure is not drawn yet: `make serve` draws it.",
        "failed": "The run failed",
        "lab not run": "This lab was not run here: `make serve` shows what it prints and draws.",
        "permalink": "Link to this section",
        "download": "Download: ",
        "verified": "Verified on {}",
        "file": "in the repository",
        "notebook": "notebook",
        "item separator": ", ",
        "group separator": "; ",
    },
}
