"""The server's instructions: how to work with the tools. They are given where Interlock is in use, and nowhere else."""

from __future__ import annotations

INSTRUCTIONS = """\
Interlock keeps the agents on this repository out of each other's way. Before you edit, claim_task: its scope is what
you, and nobody else, may write. While the guard is on, edits outside it are blocked; the refusal says what to do next:
never work around it. Work to split? plan_tasks, with a scope each. A build error in a file that you do not hold: wait,
run it again, leave the file alone. End with update_task: done, or released with a note."""
