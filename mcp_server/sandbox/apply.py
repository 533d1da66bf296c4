"""From the text of a shell to what the kernel grants it: the records it belongs to, their rights, what must exist."""

from __future__ import annotations

import os

from mcp_server.sandbox import caches, exclude, homes, ignored, match_calls, record, rights, temporary
from mcp_server.sandbox.rights import Grant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mcp_server.sandbox.ignored import Ask
    from mcp_server.sandbox.record import Record
    from mcp_server.sandbox.supervisor.allowed import Allowed


class Prepared:
    """What a shell may write (`grants`), the variables that it gets, and what a supervisor allows beside the grants.

    `files` are those that the shell and the client use themselves, and that nothing replaces; `records` are those of
    the calls.
    """

    __slots__ = ("_calls", "_folder", "files", "grants", "records", "rules", "variables")

    def __init__(
        self, call: _Call, calls: Sequence[str], grants: list[Grant], rules: Callable[[], list[Allowed]]
    ) -> None:
        self.grants, self.variables, self.rules = grants, call.variables, rules
        self._folder, self._calls = call.folder, calls
        self.files: list[str] = []
        self.records: list[Record] = []

    def note(self, how: str) -> None:
        """The shell will be confined: `record.SUPERVISED`, or `record.ALONE`."""
        for call_id in self._calls:
            record.note_confined(self._folder, call_id, how)


def prepared(session_folder: str, text: str, environment: Mapping[str, str], git: Ask | None = None) -> Prepared | None:
    """How to confine the shell that was started with `text`; None without a record.

    With `git` it is for a shell that is supervised. Otherwise directories that it needs are created.
    """
    found = _of_agents(session_folder, text)
    if not found:
        return None
    call = _Call(session_folder, environment)
    grants: list[Grant] | None = None
    for call_id, each in found:
        granted = call.granted(call_id, each) if git is None else call.granted_as_it_is(each)
        grants = granted if grants is None else rights.intersect(grants, granted)
    if len(found) == 1 and found[0][1].background:
        record.remove(session_folder, found[0][0])
    rules = lambda: [] if git is None else [call.allowed(call_id, each, git) for call_id, each in found]  # noqa: E731  made if needed
    calls = [call_id for call_id, each in found if not each.background]
    scope_files = [grant.path for grant in grants or () if grant.kind == "file"]
    made = Prepared(call, calls, call.with_own_files(grants or [], text), rules)
    made.records = [each for _, each in found]
    made.files = [grant.path for grant in made.grants if grant.kind == "file" and grant.path not in scope_files]
    return made


def only_reads(session_folder: str, text: str) -> bool:
    """Whether the guard has read of every call that `text` may belong to that it writes nothing."""
    return all(each.only_reads for _, each in _of_agents(session_folder, text))


def may_have_written(each: Record, path: str, *, supervised: bool) -> bool:
    """Whether the kernel let the call write `path` in its worktree; not `supervised`, that is more than its scope."""
    if supervised:
        return path in each.writes or exclude.is_covered(path, [grant.path for grant in rights.of_whole_places(each)])
    grants, _ = rights.of_scope(each)
    grants += rights.of_known_writes(each, grants)
    return any(exclude.is_within(path, grant.path) for grant in grants)


def _of_agents(session_folder: str, text: str) -> list[tuple[str, Record]]:
    """The newest record of each agent that `text` may belong to."""
    read = {call_id: record.read(session_folder, call_id) for call_id in record.calls(session_folder)}
    known = {call_id: each for call_id, each in read.items() if each is not None}
    belonging = match_calls.records_of(known.values(), text)
    newest: dict[str, tuple[str, Record]] = {}
    for call_id, each in sorted(known.items(), key=lambda item: item[1].since):
        if any(each is one for one in belonging):
            newest[each.agent] = (call_id, each)
    return list(newest.values())


class _Call:
    """One shell that starts, and its surroundings."""

    def __init__(self, session_folder: str, environment: Mapping[str, str]) -> None:
        self.folder = session_folder
        self._environment = environment
        self._home = os.path.realpath(environment["HOME"]) if environment.get("HOME") else ""
        self._state = os.path.dirname(os.path.dirname(session_folder))
        self.variables: dict[str, str] = {}

    def granted_as_it_is(self, each: Record) -> list[Grant]:
        """All that one record grants of what exists: what does not is allowed when it is asked for."""
        there = ignored.existing(each.root, each.ignored) if each.ignored and not each.closed else []
        return [*rights.of_whole_places(each), *_ignored(each, there), *self._beside(each, [self._state])]

    def allowed(self, call_id: str, each: Record, git: Ask) -> Allowed:
        """What a supervisor allows the call of one record."""
        from time import monotonic

        from mcp_server.sandbox.supervisor.allowed import Allowed
        from mcp_server.sandbox.supervisor.ignored_by_git import IgnoredByGit

        return Allowed(
            each,
            IgnoredByGit(each.root, git, monotonic),
            state=self._state,
            worktrees=_worktrees(each),
            home=self._home,
            places=lambda: _real([*caches.caches(self._home, self._environment), *each.writable]),
            temporary=_real(temporary.folders(self._environment)),
            homes=_real(homes.folders(self._home, self._environment)),
            remember=lambda place: homes.remember(self._state, place),
            refused=lambda place: record.note_refused(self.folder, call_id, place),
        )

    def granted(self, call_id: str, each: Record) -> list[Grant]:
        """All that one record grants, including the directories created for it."""
        from mcp_server.sandbox import placeholders  # a shell that is supervised needs none

        if each.closed:
            return self._beside(each)
        grants, missing = rights.of_scope(each)
        directories, files = ignored.read(each.root, each.ignored) if each.ignored else ([], [])
        there = [place for place in directories if os.path.isdir(place)]
        grants += _ignored(each, [*there, *files])
        wanted = caches.wanted(each.programs, self._home, self._environment)
        if each.complete:
            grants += rights.of_known_writes(each, grants)
            grants += self._made(call_id, wanted)
        else:
            gone = set(directories).difference(there)
            missing += [place for place in directories if place in gone and os.path.isdir(os.path.dirname(place))]
            missing += placeholders.caches_of_tools(each)
            mine = [place for place in missing if placeholders.may_make(place, each.command)]
            # Where no placeholder may be created, the nearest existing directory is granted.
            wide = [place for place in missing if place not in mine]
            wide += map(os.path.dirname, directories if placeholders.recreates(each) else ())
            grants += [Grant(exclude.nearest_existing(place)) for place in wide]
            made = self._made(call_id, [*mine, *wanted])
            grants += [*made, *self._recreatable(call_id, each, [*there, *(grant.path for grant in made)])]
        return [*grants, *self._beside(each)]

    def with_own_files(self, grants: list[Grant], text: str) -> list[Grant]:
        """`grants`, and what the shell itself and the end of the client's text need."""
        trees = [grant.path for grant in grants if grant.kind == "tree"]
        tail = match_calls.tail_file(text)
        if tail is not None and not exclude.is_covered(os.path.realpath(tail), trees):
            grants += _tail(tail)
        usual = os.path.realpath(temporary.usual(self._environment))
        if not exclude.is_covered(usual, trees):
            grants += self._own_temporary(usual)
        return [*grants, *_output()]

    def _made(self, call_id: str, places: list[str]) -> list[Grant]:
        from mcp_server.sandbox import placeholders  # as above

        file = record.made_file(self.folder, call_id)
        missing = [place for place in places if not os.path.lexists(place)]
        if missing:
            placeholders.keep_while_running(file)
        return [Grant(place) for place in placeholders.make(missing, file)]

    def _recreatable(self, call_id: str, each: Record, places: list[str]) -> list[Grant]:
        """A build may remove such a place and create it again: the shims of `mkdir` and `rm` get a list of them."""
        inside = [place for place in places if exclude.is_within(place, each.root)]
        if not inside:
            return []
        from mcp_server.sandbox import placeholders  # as above

        placeholders.keep_while_running(record.made_file(self.folder, call_id))
        file = record.places_file(self.folder, call_id)
        with open(file, "wb", opener=record.private) as handle:
            handle.write(b"".join(os.fsencode(place) + b"\n" for place in inside if "\n" not in place))
        self.variables["INTERLOCK_PLACES"] = file
        return [Grant(parent, "empty") for parent in dict.fromkeys(map(os.path.dirname, inside))]

    def _beside(self, each: Record, private: Sequence[str] = ()) -> list[Grant]:
        return rights.beside(
            each,
            home=self._home,
            temporary=temporary.folders(self._environment),
            devices=temporary.DEVICES,
            caches=[*caches.existing(self._home, self._environment), *homes.remembered(self._state)],
            worktrees=_worktrees(each),
            private=private,
        )

    def _own_temporary(self, usual: str) -> list[Grant]:
        try:
            own = temporary.own(usual)
        except OSError:
            return []
        self.variables |= {"TMPDIR": own, "TMPPREFIX": os.path.join(own, "zsh")}  # zsh's own, for here-documents
        return [Grant(own)]


def _ignored(each: Record, places: list[str]) -> list[Grant]:
    # For a link its target would be granted; and other worktrees may lie in a directory that git ignores.
    others = [other for other in _worktrees(each) if not exclude.is_within(each.root, other)]
    return [Grant(part) for place in places if not os.path.islink(place) for part in exclude.excluding(place, others)]


def _real(places: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(os.path.realpath, places)))


def _tail(file: str) -> list[Grant]:
    """The client's file is created before the shell is confined, with the answer for a shell that is killed."""
    try:
        with open(file, "x", encoding="utf-8", errors="surrogateescape") as handle:
            handle.write(os.getcwd() + "\n")
    except FileExistsError:
        pass
    except OSError:
        return []
    return [Grant(file, "file")]


def _output() -> list[Grant]:
    """The files that output is redirected to: `> /dev/stderr` opens them again."""
    found = []
    for number in (1, 2):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if target.startswith("/") and not target.startswith("/dev/") and os.path.isfile(target):
            found.append(Grant(target, "file"))
    return found


def _worktrees(each: Record) -> list[str]:
    """Every worktree of the repository: they are excluded from a temporary directory that is granted."""
    found = []
    for git_dir in each.git_dirs:
        if os.path.basename(git_dir) == ".git":
            found.append(os.path.dirname(git_dir))
        linked = os.path.join(git_dir, "worktrees")
        for name in exclude.names(linked):
            try:
                with open(os.path.join(linked, name, "gitdir"), encoding="utf-8", errors="surrogateescape") as handle:
                    found.append(os.path.dirname(os.path.realpath(handle.read(4096).strip())))
            except OSError:
                continue
    return found
