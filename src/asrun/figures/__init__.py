"""Pictures: a program's tensors as grids of numbers, its plots as SVG that follows the theme.

In: reported tensors, matplotlib's SVG, alt text. Out: HTML blocks, and digests to compare.
Pages and labs draw with it; verification compares with it.
"""
