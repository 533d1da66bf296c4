"""How to work with the tools, in one page: what the server tells every agent that connects."""

from __future__ import annotations

INSTRUCTIONS = """\
Interlock keeps the agents on this repository out of each other's way. A task is claimed by exactly one agent; its scope
is what that agent may write, and nobody else may. Edits that break this are blocked, and the refusal says what to do.

Several agents, or work to split? plan_tasks with a scope each; look at `overlaps` before work starts.
Before you edit: claim_task. Edit only inside its scope; scope_check tells beforehand.
A file outside it that the task needs: update_task(widen=[…]). A file that everybody needs (package.json, a lock
file): lock_resource("path:…"), edit, unlock_resource.
Not granted, or blocked? Read `advice`. Never edit around a refusal, through Bash neither.
A build error in a file that you do not hold: somebody is probably in the middle of an edit. Wait, run it again,
leave the file alone.
Leave notes as you go: update_task(note=…). End with status done, or released with a note for whoever continues.
write_state only what you saw. read_messages when you are told there are some."""
