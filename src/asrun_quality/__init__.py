"""Proofs about the project itself: are its checks awake, its promises of speed kept?

In: the project's own files. Out: reports, and an exit status that says whether a bound broke.
Maintainers and CI run it (``python -m asrun_quality``); the engine never imports it.
"""
