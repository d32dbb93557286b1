"""What a program did: jobs for the worker, their outcomes evaluated, results kept and compared.

In: snippets. Out: for each a `Run`, a `Skipped` or a `RunError`, and its `.out` file.
Checks, verification and publishing use it; pages see its results, never its processes.
"""
