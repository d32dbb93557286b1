"""Proofs about the project itself: that its checks notice faults, that its speed is as promised.

In: the project's own files. Out: reports, and an exit status that says whether a bound broke.
Maintainers and CI run it (``python -m asrun_quality``); the engine never imports it.
"""
