"""asrun: snippet → run → page. What a page shows under a program is what the program printed.

Data passes through these modules once, in this order; none imports one further down:

``errors`` · ``snippet`` · ``view`` · ``key`` ·
``worker`` (a package) · ``judge`` · ``runner`` ·
``picture`` · ``plot`` · ``sketch`` ·
``record`` · ``verified`` ·
``card`` · ``page`` · ``expand`` · ``signature`` ·
``lab`` · ``kernel`` · ``notebook`` · ``output`` ·
``parity`` · ``mutate`` · ``nav`` · ``freshness`` · ``source_map`` · ``reference`` ·
``compatibility`` · ``project`` · ``verify`` ·
``changes`` · ``junit`` ·
``twin`` · ``take_away`` · ``guard`` · ``offline`` · ``history`` · ``commit`` ·
``census`` · ``fingerprint`` · ``lint`` · ``site`` · ``mutants`` · ``scaffold`` ·
``reproducible`` · ``bench`` · ``corpus`` · ``scale``;
and the callers ``plugin`` (MkDocs), ``serve``, ``pytest_plugin`` and ``cli``.
"""
