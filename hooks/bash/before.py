"""Before a Bash command: may it write what it would write? If so, the kernel confines it to that where it can."""

from __future__ import annotations

from hooks.event import io
from hooks.event.event import BadEvent
from mcp_server.adapters.git.bash_disk import GitDisk
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.core.guard.command import is_bounded, is_worth_recording, judge_command, record_command, verdict_on
from mcp_server.hook_app import HookStore, Sites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.bash.reading import Reading
    from mcp_server.core.guard.command import Site, Verdict
    from mcp_server.domain.decision import AgentRights, Decision

UNRECORDED = (
    "This command was not run: it could not be recorded, so nothing would confine it to your scope, or notice what it "
    "changed. Perhaps the disk is full or the state folder cannot be written. Commands that only read still run. Tell "
    "the user: `interlock doctor` says what is wrong."
)


def answer(event: Event, repository: Repository) -> str:
    """A refusal, a warning, or nothing at all; never a permission."""
    command = event.command
    if command is None:
        raise BadEvent("the call of Bash has no text in 'command'")
    if mode_override(repository.state) == "off":
        return ""
    store = HookStore(repository)
    policy = store.guard.policy()
    if policy.mode == "off":
        return ""
    rights = _rights(event, store)
    if policy.bash == "off" and not rights.limits and rights.unapproved is None:
        return ""
    if store.has_begun_edits:
        from hooks.event import edits

        edits.look(store)
    reading = read(event, command)
    verdict, is_sure = _judged(event, command, store, reading, rights)
    if verdict.refusal is None and is_sure:
        return ""
    answer = io.warn if policy.mode == "warn" else io.deny
    return answer(UNRECORDED if verdict.refusal is None else verdict.refusal.reason, event.gate)


def read(event: Event, command: str) -> Reading:
    """What the command would write; everything about it is unknown where commands cannot be read."""
    from mcp_server.bash import reader
    from mcp_server.bash.parse import grammar

    try:
        grammar.load(event.site_packages)
    except grammar.GrammarMissing as error:
        from mcp_server.bash.reading import Reading

        reading = Reading()
        reading.mark_unknown(str(error))
        return reading
    return reader.read(command, event.directory, GitDisk(), home=event.home, environment=event.environment)


def _judged(
    event: Event, command: str, store: HookStore, reading: Reading, rights: AgentRights
) -> tuple[Verdict, bool]:
    """The verdict, and whether what confines the command, or else examines it, is sure to be there."""
    sites = Sites(
        store.repository,
        store.guard,
        rights,
        keys=(event.key, event.parent_key, event.started_as),
        directory=event.directory,
        project=event.project,
    )
    refusal = _without_bash(store, rights) or judge_command(
        command, reading, sites.here, site_of=sites.around, disk=GitDisk(), can_confine=lambda: _can_confine(event)
    )
    verdict = verdict_on(command, refusal, reading, sites.here, lambda: _can_confine(event))
    if not is_worth_recording(verdict, sites.here):
        return verdict, True
    recorded = _record(event, command, sites.here, store, verdict, reading)
    return verdict, recorded or not verdict.runs or not verdict.may_write or not is_bounded(rights)


def _without_bash(store: HookStore, rights: AgentRights) -> Decision | None:
    """The refusal of any command, if the agent's role has none."""
    if not rights.limits:
        return None
    from mcp_server.core.guard.roles import judge_tool

    return judge_tool(store.guard, rights, "Bash")


def _can_confine(event: Event) -> bool:
    from hooks.bash import kernel  # only a call of an agent with a scope pays for it

    return event.can_be_confined and kernel.can_confine(event.notes_folder)


def _record(event: Event, command: str, here: Site, store: HookStore, verdict: Verdict, reading: Reading) -> bool:
    """Record the decision, and what the command's shell is confined by; False when it would run without either.

    Both may fail: a full disk, a writer that takes too long.
    """
    call_id = event.call_id if verdict.is_watched else ""
    recorded = store.try_to_write(lambda: record_command(store, here, verdict, command=command, call_id=call_id))
    if not verdict.confined:
        return recorded
    from hooks.bash import sandboxed

    try:
        sandboxed.begin(event, store, here, reading)
    except OSError:
        return False
    return True


def _rights(event: Event, store: HookStore) -> AgentRights:
    if event.teammate is not None:
        from hooks.event import unseen

        unseen.meet(event, store)
    rights = store.guard.rights(event.key, event.parent_key, event.started_as)
    if rights.family:
        return rights
    # It was never seen: the repository came into use after its session had started.
    from hooks.event import agents
    from mcp_server.core.agents.register import recognise
    from mcp_server.hook_app import open_store

    with open_store(store.repository).writing() as books:
        recognise(books, agents.caller(event, store.repository))
    return store.guard.rights(event.key, event.parent_key, event.started_as)
