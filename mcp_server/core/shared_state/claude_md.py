"""The rules of parallel work as a block in a project's CLAUDE.md, between markers. Nothing else is changed."""

from __future__ import annotations

from mcp_server.domain.errors import Misuse

BEGIN = "<!-- interlock: begin (kept up to date by `interlock init --claude-md`) -->"
END = "<!-- interlock: end -->"
RULES = """\
## Working in parallel

Several agents may be working in this repository at the same time. Interlock coordinates them:

- Before you edit: `claim_task`. Write only in its scope, through Bash too; `scope_check` shows what you may write.
- To split work: `plan_tasks`, with a scope for each task; check `overlaps` before anybody starts.
- A file outside the scope: `update_task(widen=[…])`; one that several tasks share: `lock_resource("path:…")`.
- A refusal names who holds what. Leave that alone; never get around it with another tool or command.
- If a build fails in a file that somebody else is editing: wait, run it again, don't change that file.
- Stage and commit your own paths by name; no `git add -A`, `git stash`, `git checkout .`, `git reset --hard`.
- Leave notes: `update_task(note=…)`. Finish with `status="done"`, or with `"released"` and what is left.
- `write_state` only what you observed. Answer messages that ask for something.
"""


def has_rules(text: str) -> bool:
    """Whether the block is there, once and whole."""
    return text.count(BEGIN) == text.count(END) == 1 and text.find(BEGIN) < text.find(END)


def without_rules(text: str) -> str:
    """`text` without the block; everything else stays. Refuses (Misuse) as `with_rules` does."""
    if not has_rules(text):
        return text if BEGIN not in text and END not in text else with_rules(text)
    before, after = text[: text.find(BEGIN)], text[text.find(END) + len(END) :]
    ending = "\r\n" if after.startswith("\r\n") else "\n"
    after = after.removeprefix(ending)
    # Where the block was added at the end, so was an empty line before it.
    return before + after if after or not before.endswith(2 * ending) else before.removesuffix(ending)


def with_rules(text: str) -> str:
    """`text` with the current block, in place of an older one or at the end, with the line endings of the text.

    Refuses (Misuse) markers that are not a pair, since it is unclear what lies between them.
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
            "the file has markers of Interlock's block, but not one of each in order: remove them and try again"
        )
    return text[:begin] + block + text[end + len(END) :]
