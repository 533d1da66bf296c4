"""What git runs in a repository beside itself: its hooks, and the programs that its configuration names.

Whoever changes that runs code as everybody who commits there, so a change is compared before and after a command. What
is compared is Interlock's own too: the state, and whether its guard is switched off. On the hot path of a hook.
"""

from __future__ import annotations

import os
from zlib import crc32

from mcp_server.adapters.host.file_stamp import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEYS = frozenset(
    """core.hookspath core.fsmonitor core.sshcommand core.editor core.pager core.gitproxy core.askpass
    core.alternaterefscommand sequence.editor gpg.program diff.external interactive.difffilter include.path
    uploadpack.packobjectshook""".split()
)
_ENDINGS = {
    "filter": ("clean", "smudge", "process"),
    "diff": ("command", "textconv"),
    "merge": ("driver",),
    "mergetool": ("cmd",),
    "difftool": ("cmd",),
    "gpg": ("program",),
    "credential": ("helper",),
    "includeif": ("path",),
    "remote": ("uploadpack", "receivepack", "vcs"),
}
_SHELL = ("alias", "submodule")
"""Their values are run by a shell if they begin with an exclamation mark."""
_MOST = 1 << 18
_KEPT = "git-hooks"


def programs(common: str) -> list[str]:
    """A line for each program that git runs in the repository with the folder `common`, in a fixed order."""
    found = [f"config {key}={value}" for file in ("config", "config.worktree") for key, value in _named(common, file)]
    found += [f"hook {name} {crc32(text):08x}" for name, text in _hooks(common)]
    return [line.replace("\0", "") for line in found]


def own_state(state: str) -> list[str]:
    """The same for Interlock's own folder: which database it is, and the mode that a person has set."""
    try:
        number = os.stat(os.path.join(state, "state.db")).st_ino
    except OSError:
        number = 0
    return [f"state {number}", f"mode {text_of(os.path.join(state, 'mode')).strip()}"]


def keep_hooks(common: str, state: str) -> None:
    """Keep a copy of each hook, so that a command that changes it can be undone."""
    for name, text in _hooks(common):
        kept = _copy(state, name, f"{crc32(text):08x}")
        if not os.path.exists(kept):
            os.makedirs(os.path.dirname(kept), mode=0o700, exist_ok=True)
            with open(os.open(kept, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as handle:
                handle.write(text)


def changes(before: Sequence[str], after: Sequence[str], common: str, state: str) -> list[tuple[str, str]]:
    """What was changed between two lists of lines, in words, and the command that undoes it ("" for none)."""
    lost, new = ([line for line in one if line not in other] for one, other in ((before, after), (after, before)))
    found = []
    for kind, name, value in map(_parts, new):
        former = next((old for also, same, old in map(_parts, lost) if (also, same) == (kind, name)), "")
        found.append(_described(kind, name, value, former, common, state))
    known = {(kind, name) for kind, name, _ in map(_parts, new)}
    found += [
        _described(kind, name, "", former, common, state)
        for kind, name, former in map(_parts, lost)
        if (kind, name) not in known
    ]
    return found


def _described(  # noqa: PLR0913  one change
    kind: str, name: str, value: str, former: str, common: str, state: str
) -> tuple[str, str]:
    from shlex import quote

    if kind == "config":
        words = f"git's setting {name} is {value[:100] or 'gone'} (it was {former[:100] or 'not set'})"
        return words, f"git config {name} {quote(former)}" if former else f"git config --unset-all {name}"
    if kind == "hook":
        path = os.path.join(common, "hooks", name)
        back = f"cp -- {quote(_copy(state, name, former))} {quote(path)}" if former else f"rm -- {quote(path)}"
        return f"git's hook {name} is {'gone' if not value else 'another one' if former else 'new'}", back
    if kind == "mode":
        return f"Interlock's mode is {value or 'that of the settings'} (it was {former or 'that of the settings'})", ""
    return "Interlock's own database was replaced or removed", "interlock doctor --repair"


def _parts(line: str) -> tuple[str, str, str]:
    kind, _, rest = line.partition(" ")
    if kind == "config":
        name, _, value = rest.partition("=")
        return kind, name, value
    if kind == "hook":
        name, _, value = rest.rpartition(" ")
        return kind, name, value
    return kind, "", rest


def _copy(state: str, name: str, sign: str) -> str:
    return os.path.join(state, _KEPT, f"{name}-{sign}")


def _hooks(common: str) -> Iterator[tuple[str, bytes]]:
    folder = os.path.join(common, "hooks")
    try:
        names = sorted(name for name in os.listdir(folder) if not name.endswith(".sample"))
    except OSError:
        return
    for name in names:
        try:
            with open(os.path.join(folder, name), "rb") as handle:
                yield name, handle.read(_MOST)
        except OSError:
            continue


def _named(common: str, file: str) -> Iterator[tuple[str, str]]:
    """The keys in a file of git's configuration that name a program, spelled as git spells them, and their values."""
    section = ""
    for line in text_of(os.path.join(common, file)).splitlines():
        text = line.strip()
        if text.startswith("["):
            section = _section(text)
            text = text.rpartition("]")[2].strip()
        key, equals, value = text.partition("=")
        name = f"{section}.{key.strip().lower()}"
        value = value.strip().strip('"')
        if equals and _runs(name, value):
            yield name, value


def _section(text: str) -> str:
    head, _, rest = text.lstrip("[").rpartition("]")[0].partition(" ")
    below = rest.strip().strip('"')
    return head.strip().lower() + (f".{below}" if below else "")


def _runs(name: str, value: str) -> bool:
    first, last = name.partition(".")[0], name.rpartition(".")[2]
    if name in _KEYS or first == "pager" or last in _ENDINGS.get(first, ()):
        return True
    return first in _SHELL and value.startswith("!")
