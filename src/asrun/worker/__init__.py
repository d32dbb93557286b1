"""The worker: runs programs, each in a forked process of its own, and reports what they did.

This folder needs nothing but the standard library, and its modules name each other relatively, so
that a copy of it also runs on a bare machine::

    python worker --batch SLOTS torch matplotlib.pyplot < jobs.jsonl > outcomes.jsonl

That runs each job twice, by two servers, and says with each outcome where it was (`batch`);
``python worker --environment`` says only that, ``--confined FOLDER MEGABYTES COMMAND…`` runs a
command, a lab's kernel, behind the same fence, and ``python worker SLOTS MODULE…`` is one server.

`server` forks; in the fork, `fence` shuts the process in and `program` runs the program. Each
imports only what stands further up here:

``reading`` · ``linux`` · ``style`` · ``environment`` · ``processes`` · ``limits`` · ``namespaces``
· ``landlock`` · ``hook`` · ``fence`` · ``program`` · ``server`` · ``batch``.
"""
