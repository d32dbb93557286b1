"""Runs programs, each in a process of its own that a server forks, and says what they did.

In: jobs. Out: their outcomes; `protocol` describes both. The engine starts a worker by the path of
this folder, in whatever interpreter is to run the programs, and imports only what both must agree
on. The folder needs nothing but the standard library, and its modules import each other
relatively: a copy of it works on a machine that has nothing else of ours. Its commands are:

``python worker SLOTS MODULE…``
    Import the modules, then read jobs on stdin and write their outcomes to stdout, running up to
    SLOTS programs at a time, until stdin ends (`server`).
``python worker --batch SLOTS MODULE… < jobs.jsonl > outcomes.jsonl``
    Run each job twice, by two such servers, and say with each outcome what machine this is
    (`batch`).
``python worker --environment``
    Say what machine this is: versions, platform, GPU (`environment`).
``python worker --confined FOLDER MEGABYTES COMMAND…``
    Run a command in the sandbox that programs run in (`sandbox`). A lab's kernel is started so.
"""
