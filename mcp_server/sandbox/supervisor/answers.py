"""Answers the calls of a confined shell and of all that it starts, one after the other."""

from __future__ import annotations

import os

from mcp_server.sandbox.supervisor import caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_server.sandbox.supervisor.allowed import Allowed
    from mcp_server.sandbox.supervisor.caller import Act
    from mcp_server.sandbox.supervisor.lost import Lost
    from mcp_server.sandbox.supervisor.seccomp import Call, Listener

MOST_MOVED = 20_000
"""So much may move with a folder that is not the kernel's to decide about."""

MOST_FOLDERS = 20_000
"""Of more than this nothing is remembered: a command may be a server that writes for weeks."""

_REFUSED = 13  # EACCES


class Answers:
    """The answers under `rules`, all of which must allow a place; the kernel grants `places`, folders and files.

    What is `lost` by now is refused, also what the kernel grants.
    """

    def __init__(
        self,
        listener: Listener,
        places: Sequence[str],
        rules: Callable[[], Sequence[Allowed]],
        lost: Sequence[Lost] = (),
    ) -> None:
        self._listener, self._make_rules = listener, rules
        self._lost = lost
        self._made_rules: Sequence[Allowed] | None = None
        folders = [place for place in places if os.path.isdir(place)]
        self._trees = tuple(folder.rstrip("/") + "/" for folder in folders)
        self._files = frozenset(places).difference(folders)
        self._granted: dict[str, bool] = {}

    @property
    def _rules(self) -> Sequence[Allowed]:
        """Made when they are first needed: most commands write only where they may anyway."""
        if self._made_rules is None:
            self._made_rules = self._make_rules()
        return self._made_rules

    def next(self) -> None:
        """Receive a call and answer it."""
        call = self._listener.receive()
        if call is None:
            return
        try:
            done = self._done(call)
        except Exception:  # noqa: BLE001  whatever is not understood is the kernel's to decide
            done = False
        if not done:
            self._listener.let_run(call)

    def _done(self, call: Call) -> bool:
        """Whether the call was answered here."""
        act = caller.read(call)
        if self._lost and any(lost.has(path) for lost in self._lost for path in act.paths):
            self._listener.fail(call, _REFUSED)
            return True
        if all(self._is_granted(path) for path in act.paths):
            return False
        places = [_real(path, follow=caller.follows(act) and path is act.paths[-1]) for path in act.paths]
        if not all(self._may(call, act, place) for place in places):
            return False
        umask = caller.umask_if_ours(call.process)
        if not self._listener.is_waiting(call):
            return False
        return self._act(call, act, places, umask)

    def _act(self, call: Call, act: Act, places: list[str], umask: int) -> bool:
        new = not os.path.lexists(places[-1])
        close_on_exec = bool(act.flags & os.O_CLOEXEC)
        from mcp_server.sandbox.supervisor import on_behalf  # as above

        try:
            opened = on_behalf.act(act, places, umask)
        except on_behalf.NotDone:
            return False
        except OSError as error:
            self._listener.fail(call, error.errno or 1)
            return True
        if act.kind in ("rmdir", "rename"):
            self._is_gone(places[0])
        if new:
            for rule in self._rules:
                rule.made(places[-1])
        if opened is None:
            self._listener.fail(call, 0)
        else:
            self._listener.give(call, opened, close_on_exec=close_on_exec)
            os.close(opened)
        return True

    def _is_gone(self, place: str) -> None:
        """A granted folder was removed: the kernel grants no other one that gets its name."""
        self._trees = tuple(tree for tree in self._trees if not tree.startswith(place + "/"))
        self._granted.clear()

    def _is_granted(self, path: str) -> bool:
        """Whether the kernel was told to allow `path`; if what is remembered of its folder is outdated, it decides."""
        if path.startswith(("/dev/", "/proc/")):
            return True
        folder, _, name = path.rpartition("/")
        if name in ("", ".", ".."):
            return False
        if path in self._files:
            return True
        found = self._granted.get(folder)
        if found is None:
            if len(self._granted) > MOST_FOLDERS:
                self._granted.clear()
            found = self._granted[folder] = (os.path.realpath(folder) + "/").startswith(self._trees)
        return found

    def _may(self, call: Call, act: Act, place: str) -> bool:
        if (os.path.dirname(place) + "/").startswith(self._trees):
            return True
        moved = act.kind == "rename" and os.path.isdir(place) and not os.path.islink(place)
        is_folder = act.kind in ("mkdir", "rmdir") or (act.kind == "rename" and os.path.isdir(act.paths[0]))
        who = lambda: caller.program(call.process)  # noqa: E731  asked only when it matters
        is_whole = moved and all(rule.may_all_below(place) for rule in self._rules)
        every = [place, *_below(place)] if moved and not is_whole else [place]
        return all(
            rule.may(each, is_folder=is_folder or each != place, program=who) for rule in self._rules for each in every
        )


def _below(folder: str) -> list[str]:
    """All that moves with a folder."""
    found: list[str] = []
    for above, folders, files in os.walk(folder):
        found += [os.path.join(above, name) for name in (*folders, *files)]
        if len(found) > MOST_MOVED:
            raise caller.Unreadable("too much to look at")
    return found


def _real(path: str, *, follow: bool) -> str:
    folder, _, name = path.rstrip("/").rpartition("/")
    if name in ("", ".", ".."):
        raise caller.Unreadable("a path that ends in a folder's own name")
    place = os.path.join(os.path.realpath(folder), name)
    return os.path.realpath(place) if follow and os.path.islink(place) else place
