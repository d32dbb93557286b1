from __future__ import annotations

import subprocess
import sys

import pytest

from asrun.worker.plots import list_open_figures


def test_without_pyplot_there_are_no_open_figures(monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    assert list_open_figures() == []


@pytest.mark.parametrize(
    "imports",
    [
        "import matplotlib.pyplot as plt",
        "from matplotlib import pyplot as plt",
        "import matplotlib, importlib; plt = importlib.import_module('matplotlib.pyplot')",
        "from pylab import plt",
    ],
)
@pytest.mark.parametrize("first", ["", "import matplotlib\n", "import matplotlib.pyplot\n"])
def test_figures_are_captured_however_pyplot_is_imported(imports: str, first: str):
    code = (
        f"{first}from asrun.worker.plots import capture_plots\nplots = []\ncapture_plots(plots)\n"
        f"{imports}\nplt.plot([1, 2])\nplt.show()\n"
        "print(len(plots), plots[0][:5], plt.rcParams['figure.figsize'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 <?xml [5.6, 3.0]\n"
