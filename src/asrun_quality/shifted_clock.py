"""A clock that is 40 days ahead, for the pages of the second of two builds.

`reproducible` copies this file as `sitecustomize.py` to the front of the build's Python path, so
that every Python process of that build runs it as it starts. Only the process that builds the
pages is given the shifted clock: a page that says when it was built differs then. The snippets'
processes, which may measure time, keep the real one. `sys.argv` does not exist yet when
`sitecustomize` runs; `sys.orig_argv` does.
"""

import datetime
import sys
import time
from types import ModuleType

SHIFT_SECONDS = 40 * 86400


def shift_clock() -> None:
    """Let `time` and `datetime` in this process tell the time of `SHIFT_SECONDS` later."""
    real_time, real_localtime, real_gmtime = time.time, time.localtime, time.gmtime
    real_strftime = time.strftime

    def get_time() -> float:
        return real_time() + SHIFT_SECONDS

    def get_localtime(seconds: float | None = None) -> time.struct_time:
        return real_localtime(get_time() if seconds is None else seconds)

    def get_gmtime(seconds: float | None = None) -> time.struct_time:
        return real_gmtime(get_time() if seconds is None else seconds)

    def format_time(template: str, moment: time.struct_time | None = None) -> str:
        return real_strftime(template, get_localtime() if moment is None else moment)

    class ShiftedDatetime(datetime.datetime):
        now = classmethod(lambda cls, tz=None: cls.fromtimestamp(get_time(), tz))
        today = classmethod(lambda cls: cls.now())
        utcnow = classmethod(lambda cls: cls.now(datetime.UTC).replace(tzinfo=None))

    class ShiftedDate(datetime.date):
        today = classmethod(lambda cls: cls.fromtimestamp(get_time()))

    replacements_by_module: dict[ModuleType, dict[str, object]] = {
        time: {
            "time": get_time,
            "time_ns": lambda: int(get_time() * 1e9),
            "localtime": get_localtime,
            "gmtime": get_gmtime,
            "strftime": format_time,
        },
        datetime: {"datetime": ShiftedDatetime, "date": ShiftedDate},
    }
    for module, replacements in replacements_by_module.items():
        for name, replacement in replacements.items():
            setattr(module, name, replacement)


if "asrun.publish.builder" in sys.orig_argv:
    shift_clock()
