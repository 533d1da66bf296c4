"""Roles: what tools the agent that works on a task may use. Standard library alone, since hooks ask it too."""

from __future__ import annotations

from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PLUGIN = "interlock:"
"""How the types of the plugin's own agents begin."""
OWN_TOOLS = "mcp__plugin_interlock_interlock__*"
SERVERS = "mcp__"
EDITORS = ("Edit", "Write", "NotebookEdit")
STARTING = ("Agent", "Workflow")
"""The tools that start agents."""
UNGUARDED = frozenset(
    """AskUserQuestion BashOutput EnterPlanMode ExitPlanMode Glob Grep KillShell LS ListMcpResourcesTool NotebookRead
    Read ReadMcpResourceDirTool ReadMcpResourceTool SendMessage StructuredOutput TaskCreate TaskGet TaskList TaskOutput
    TaskStop TaskUpdate TodoWrite ToolSearch""".split()
)
"""What every agent may use: the guard is not asked before these, which change no file and start nothing."""
HARMLESS = frozenset("CronDelete CronList ExitWorktree LSP ListAgents ReportFindings ScheduleWakeup Skill".split())
"""What else every agent may use that its role does not deny."""
WEB = ("WebFetch", "WebSearch")
_SAME_AS = {"Task": "Agent", "MultiEdit": "Edit"}
"""Other names of a tool."""


class RoleSettings(NamedTuple):
    """A section `[roles.NAME]`: the tools that agents in this role may use, or those that they may not.

    `tools` empty: all that are not in `deny`. Interlock's own tools are always allowed.
    """

    name: str
    tools: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class Role(NamedTuple):
    """What an agent may use: `tools`, or all if there are none, less what `deny` names; a `*` at an end is any rest.

    `only_reads`: of commands it may run those that only read. `servers`: beside `tools` it may use what only reads of
    other servers' tools. `does` says what it does, for a refusal.
    """

    name: str
    tools: tuple[str, ...]
    deny: tuple[str, ...]
    does: str
    only_reads: bool = False
    servers: bool = False

    def has(self, tool: str, *, reads: bool = False) -> bool:
        """Whether it has this tool; `reads`: it is a tool of another server that only reads."""
        tool = _SAME_AS.get(tool, tool)
        if tool in UNGUARDED:
            return True
        if _is_among(tool, self.deny):
            return False
        if not self.tools or tool in HARMLESS or _is_among(tool, self.tools):
            return True
        return reads and self.servers

    @property
    def edits(self) -> bool:
        """Whether it may change files of the repository."""
        return any(map(self.has, EDITORS))

    def is_within(self, other: Role) -> bool:
        """Whether whoever has this role may do nothing that one in the `other` may not."""
        if self == other:
            return True
        if other.only_reads and not self.only_reads and self.has("Bash"):
            return False
        if not self.tools:
            return not other.tools and all(_is_among(tool, self.deny) for tool in other.deny)
        usable = [tool for tool in self.tools if not _is_among(tool, self.deny)]
        return all(_covers(other, tool) for tool in usable) and (other.servers or not other.tools or not self.servers)


_ELSEWHERE = ("CronCreate", "EnterWorktree", "Monitor")
"""What a session may use beside the tools of the plugin's agent, if it edits files."""


class _Known(NamedTuple):
    """A role that the plugin brings: `tools` are those of its agent, `more` what else a whole session in it has.

    An agent with Bash searches with it: the client then offers neither Grep nor Glob.
    """

    tools: tuple[str, ...]
    more: tuple[str, ...]
    does: str
    only_reads: bool = False


_KNOWN = {
    "reader": _Known(("Read", "Grep", "Glob"), ("Bash",), "reads, and runs only commands that read", only_reads=True),
    "tester": _Known(("Read", "Bash"), (f"{SERVERS}*",), "runs commands and tests, and edits nothing"),
    "writer": _Known(
        ("Read", *EDITORS, "Bash"), (f"{SERVERS}*", *_ELSEWHERE), "edits files and runs commands, and starts no agents"
    ),
    "reviewer": _Known(("Read", "Bash"), (), "reads and runs checks, and edits nothing"),
}
BUILT_IN = tuple(_KNOWN)
"""The roles that the plugin brings an agent for, each of the same name."""


def agent_tools(name: str) -> tuple[str, ...]:
    """The tools that the plugin's agent of this name lists, beside Interlock's own."""
    return _KNOWN[name].tools


def role_named(name: str, own: Sequence[RoleSettings] = ()) -> Role:
    """The role of this name; a section of the settings replaces a built-in one.

    One that has been taken out of the settings meanwhile may only read: nobody knows any more what it allowed.
    """
    said = next((each for each in own if each.name == name), None)
    if said is not None:
        return Role(name, _plain(said.tools), _plain(said.deny), _in_words(said))
    known = _KNOWN.get(name)
    if known is None:
        return role_named("reader")._replace(name=name, does="is in no settings any more, and so only reads")
    return Role(name, (*known.tools, *known.more, *WEB), (), known.does, known.only_reads, servers=True)


def role_of_agent(name: str, own: Sequence[RoleSettings] = ()) -> Role:
    """What the plugin's agent of this name has, which is less than a whole session; of another role, what that has."""
    role = role_named(name, own)
    if name not in BUILT_IN or any(each.name == name for each in own):
        return role
    return role._replace(tools=agent_tools(name), servers=False)


def role_of_type(kind: str | None, own: Sequence[RoleSettings] = ()) -> str | None:
    """The role that a type of agent has: one of the plugin's, or one that is called as a role of the settings."""
    if kind is None:
        return None
    name = kind.removeprefix(PLUGIN)
    if kind.startswith(PLUGIN):
        return name if name in BUILT_IN else None
    return name if any(each.name == name for each in own) else None


def _covers(role: Role, pattern: str) -> bool:
    """Whether a role has every tool that `pattern` may mean."""
    if not pattern.endswith("*"):
        return role.has(pattern)
    denied = any(_meet(pattern, each) for each in role.deny)
    return not denied and (not role.tools or _is_among(pattern, role.tools))


def _is_among(tool: str, patterns: Sequence[str]) -> bool:
    return any(tool == each or (each.endswith("*") and tool.startswith(each[:-1])) for each in patterns)


def _meet(one: str, other: str) -> bool:
    return _is_among(one.rstrip("*"), [other]) or _is_among(other.rstrip("*"), [one])


def _plain(tools: Sequence[str]) -> tuple[str, ...]:
    return tuple(_SAME_AS.get(tool, tool) for tool in tools)


def _in_words(said: RoleSettings) -> str:
    has = f"has only {', '.join(said.tools)}" if said.tools else ""
    lacks = f"has no {', '.join(said.deny)}" if said.deny else ""
    return " and ".join(part for part in (has, lacks) if part)
