"""The server's instructions: how to work with the tools, for every agent that connects."""

from __future__ import annotations

INSTRUCTIONS = """\
Interlock keeps the agents on this repository out of each other's way. A task is claimed by exactly one agent; its scope
is what that agent, and nobody else, may write. While the guard is on, edits outside it are
blocked, and the refusal says what to do next.

Several agents, or work to split? plan_tasks with a scope each; resolve `overlaps` before work starts.
Before you edit: claim_task. Edit only inside its scope; scope_check answers beforehand.
A file outside it that the task needs: update_task(widen=[…]). A file that everybody needs (package.json, a lock
file): lock_resource("path:…"), edit, unlock_resource.
Not granted, or blocked? Follow `advice`. Never work around a refusal, not through Bash either.
A build error in a file that you do not hold: somebody is probably in the middle of an edit. Wait, run it again,
leave the file alone.
Leave notes as you go: update_task(note=…). End with status done, or released with a note for whoever continues.
write_state only what you observed. read_messages when you are told there are some."""
