"""Where every snippet was verified: `snippets/verified.json`, and runs in other environments.

In: results, and what a worker elsewhere reports. Out: a `VerificationRecord`, and its problems.
Checks and the command line use it; pages show its verdicts.
"""
