"""Interlock's own command line: what it writes, and which of its calls are a person's acts."""

from mcp_server.bash.programs.program import READS, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call
    from mcp_server.bash.state import Status

_WRITES = Program(
    possible="TASKS.md SHARED_MIND.md",
    subcommands={
        "": READS,
        "init": Program("TASKS.md?--tasks SHARED_MIND.md?--mind CLAUDE.md?--claude-md"),
        "tasks": Program(subcommands={"export": Program("@1")}, otherwise=READS),
        "worktree": Program(subcommands={"list": READS}, otherwise=Program(runs="*")),
        "inbox": Program(subcommands={"export": Program("coordination/")}, otherwise=READS),
        "workflow": Program(subcommands={"advance save": Program(runs="*")}, otherwise=READS),
        "launch merge work demo restart approve": Program(runs="*", prints="-h"),
        "check writes doctor log usage budget conflicts mode serve version git-hook attach": READS,
    },
)
"""It writes its own state, and the texts that it keeps for people; what others hold it respects by itself."""
_SPENDS = frozenset("launch work demo restart workflow attach merge worktree remove".split())
"""They start agents, or do more than keep what has been done."""
_STARTING = frozenset("launch work".split())
_PERSONS_SUBCOMMANDS = {
    "budget": frozenset(["raise"]),
    "git-hook": frozenset(["uninstall"]),
    "workflow": frozenset(["resume", "restart", "stop"]),
}
_OFTEN_FORCED = frozenset("update done block release unlock merge worktree".split())


def interlock(call: "Call") -> "Status":
    """It writes little, and some of it is not an agent's to do."""
    words = call.arguments
    reading = call.shell.reading
    reading.runs_interlock = True
    if is_persons(words):
        reading.persons_acts.append(" ".join(["interlock", *words]))
    if words and (words[0] in _STARTING or (words[0] == "restart" and "--launch" in words)) and "--help" not in words:
        reading.starts_agent(f"interlock {words[0]}")
    if not words or words[0] in _SPENDS:
        return _WRITES(call)
    saved_before, reading.saves = reading.saves, True
    try:
        return _WRITES(call)
    finally:
        reading.saves = saved_before


def is_persons(words: list[str]) -> bool:
    """Whether only a person may give these arguments: others are told, freed or overruled by it."""
    operands = [word for word in words if not word.startswith("-")]
    command = operands[0] if operands else ""
    asked = not {"--help", "-h"}.isdisjoint(words)
    if asked or not command:
        return False
    if command == "remove":
        return True
    if command in _PERSONS_SUBCOMMANDS:
        return not _PERSONS_SUBCOMMANDS[command].isdisjoint(operands[1:2])
    if command == "mode":
        return len(operands) > 1
    if command in _OFTEN_FORCED and "--force" in words:
        return True
    return command == "doctor" and "--repair" in words
