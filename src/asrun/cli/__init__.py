"""The command line: what the Makefile calls, each command beside its options.

In: arguments. Out: an exit status, and messages for people.
Nobody imports it; whatever a test would want to call lives in another package.
"""
