"""The rules of parallel work as a block in a project's CLAUDE.md: between markers, and nothing else is touched."""

from __future__ import annotations

from mcp_server.domain.errors import Misuse

BEGIN = "<!-- interlock: begin (kept up to date by `interlock init --claude-md`) -->"
END = "<!-- interlock: end -->"
RULES = """\
## Working in parallel

Several agents may be at work in this repository at the same time. Interlock keeps them apart:

- Before you edit: `claim_task`. Write only in its scope, through Bash too; `scope_check` tells beforehand.
- Work to split: `plan_tasks`, a scope each; look at `overlaps` before anybody starts.
- A file outside the scope: `update_task(widen=[…])`; one that everybody needs: `lock_resource("path:…")`, edit, unlock.
- A refusal names who holds what. Leave it alone; never get around it with another tool or command.
- A build that breaks in a file that somebody else is editing: wait, run it again, don't change that file.
- Stage and commit your own paths by name; no `git add -A`, `git stash`, `git checkout .`, `git reset --hard`.
- Leave notes: `update_task(note=…)`. End with `status="done"`, or `"released"` and what is left.
- `write_state` only what you saw. Answer messages that ask for something.
"""


def with_rules(text: str) -> str:
    """`text` with the block as it is now: in the place of an older one, else at the end, in the text's own line ends.

    Refuses (Misuse) markers that do not stand as a pair: who knows what lies between them.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    block = f"{BEGIN}\n{RULES}{END}".replace("\n", ending)
    begins, ends = text.count(BEGIN), text.count(END)
    if begins == ends == 0:
        gap = "" if not text else ending if text.endswith("\n") else ending * 2
        return text + gap + block + ending
    begin, end = text.find(BEGIN), text.find(END)
    if (begins, ends) != (1, 1) or end < begin:
        raise Misuse(
            "the file has markers of Interlock's block, but not one of each, in order: take them out, and try again"
        )
    return text[:begin] + block + text[end + len(END) :]
