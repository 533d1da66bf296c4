"""Programs that create and remove files and directories, and change their attributes."""

from mcp_server.bash.programs.substitution import substituted
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def touch(call: "Call") -> None:
    """`touch`."""
    given = call.options(valued="dtr", long="date reference time")
    for name in given.operands:
        path = call.shell.real(name)
        if path is not None and call.disk.exists(path):
            call.change_attributes(name, follow=not given.has("-h", "--no-dereference"))
        elif not given.has("-c", "--no-create", "-h"):
            call.write(name)


def _mkdir(call: "Call") -> None:
    given = call.options(valued="m", attached="Z", long="mode")
    for name in given.operands:
        call.make_directory(name, parents=given.has("-p", "--parents"))


def _rmdir(call: "Call") -> None:
    """`rmdir`: only an empty directory is removed."""
    given = call.options()
    for name in given.operands:
        _remove_if_empty(call, name)
        if given.has("-p", "--parents"):
            above = name.rstrip("/").rpartition("/")[0]
            while above:
                _remove_if_empty(call, above)
                above = above.rpartition("/")[0]


def _remove_if_empty(call: "Call", name: str) -> None:
    path = call.named(name)
    if path is None or call.disk.kind(path) == "directory" and (not call.disk.entries(path) or call.disk.unpredictable):
        call.remove(name)


def _rm(call: "Call") -> None:
    """`rm`: a directory only with -r."""
    given = call.options(attached="", long="interactive")
    recursive = given.has("-r", "-R", "--recursive")
    for name in given.operands:
        path = call.named(name)
        if recursive and name.rstrip("/").rpartition("/")[2] in (".", ".."):
            continue
        kind = None if path is None else call.disk.kind(path)
        if kind == "link" and name.endswith("/"):
            continue
        if kind == "directory" and not recursive:
            if given.has("-d", "--dir"):
                _remove_if_empty(call, name)
        else:
            call.remove(name)


def _shred(call: "Call") -> None:
    """`shred`: with -u the file is removed too."""
    given = call.options(valued="ns", attached="u", long="iterations size random-source")
    for name in given.operands:
        call.change(name)
        if given.has("-u", "--remove"):
            call.remove(name)


def _truncate(call: "Call") -> None:
    given = call.options(valued="sr", long="size reference")
    for name in given.operands:
        (call.change if given.has("-c", "--no-create") else call.write)(name)


def _make_special(call: "Call") -> None:
    given = call.options(valued="m", attached="Z", long="mode")
    for name in given.operands if call.name == "mkfifo" else given.operands[:1]:
        path = call.shell.real(name)
        if path is None or not call.disk.exists(path):
            call.write(name)


def _chmod(call: "Call") -> None:
    """`chmod`: files that already have the mode are not written."""
    flags = [word for word in call.arguments if _is_mode_like(word)]
    words = [word for word in call.arguments if word not in flags]
    given = [word for word in words if not (word.startswith("-") and len(word) > 1)]
    switches = [word for word in words if word not in given]
    reference = [word for word in switches if word.startswith("--reference")]
    mode = (flags or given or [""])[0] if not reference else ""
    names = given if flags or reference else given[1:]
    recursive = any(word == "--recursive" or (word[:2] != "--" and "R" in word) for word in switches)
    for name in names:
        _each(call, name, recursive=recursive, mode=mode)


def _is_mode_like(word: str) -> bool:
    return word[:1] == "-" and len(word) > 1 and set(word[1:]) <= set("rwxXstugo0") and word[1:2] != "-"


def _each(call: "Call", name: str, *, recursive: bool, mode: str) -> None:
    path = call.shell.real(name)
    if path is None:
        call.change_attributes(name)
        return
    if not recursive:
        _set_mode(call, path, mode)
        return
    below = call.disk.below(path) if call.disk.is_dir(path) else []
    if below is None:
        call.write_tree(name)
        return
    for item in [path, *below]:
        if call.disk.kind(item) != "link":
            _set_mode(call, item, mode)


def _set_mode(call: "Call", path: str, mode: str) -> None:
    before = call.disk.files.mode(path)
    if before is not None and mode and changed_mode(before, mode, call.disk.is_dir(path)) == before:
        return
    call.change_attributes(path)


def changed_mode(mode: int, change: str, directory: bool) -> int | None:
    """The mode after `chmod change`, None for a change that is not understood."""
    if change.isdigit():
        return int(change, 8)
    for clause in change.split(","):
        at = next((number for number, character in enumerate(clause) if character in "+-="), -1)
        who, sign, what = clause[:at] or "a", clause[at : at + 1], clause[at + 1 :]
        if at < 0 or not set(what) <= set("rwxX") or not set(who) <= set("ugoa"):
            return None
        bits = sum({"r": 4, "w": 2, "x": 1}.get(letter, 0) for letter in set(what) - {"X"})
        bits |= 1 if "X" in what and (directory or mode & 0o111) else 0
        for shift, letter in ((6, "u"), (3, "g"), (0, "o")):
            if letter in who or "a" in who:
                mask = bits << shift
                mode = mode | mask if sign == "+" else mode & ~mask if sign == "-" else mode & ~(7 << shift) | mask
    return mode


def _change_owner(call: "Call") -> None:
    """`chown`, `chgrp`, `setfacl` and the like."""
    given = call.options(valued="mxMXnv" if call.name.startswith("set") else "", long="from reference modify")
    skipped = 0 if given.has("--reference") or call.name.startswith("set") else 1
    follow = not given.has("-h", "--no-dereference")
    for name in given.operands[skipped:]:
        if given.has("-R", "--recursive"):
            _each(call, name, recursive=True, mode="")
        else:
            call.change_attributes(name, follow=follow)


def _tee(call: "Call") -> None:
    """`tee`: its input goes into each file and into its output."""
    given = call.options(attached="", long="output-error")
    for name in given.operands:
        if name == "-":
            continue
        call.write(name)
        path = call.shell.real(name)
        if path is not None and not given.has("-a", "--append"):
            call.disk.set_content(path, call.shell.stdin)
    call.prints(call.shell.stdin)


def _rename(call: "Call") -> None:
    """`rename`: perl's takes an expression, util-linux's a text and its replacement."""
    given = call.options(valued="e")
    if given.has("-n", "--nono", "--no-act", "--dry-run"):
        return
    words = given.operands
    plain = len(words) > 2 and not any(sign in words[0] for sign in "/{}$")
    names = words[2:] if plain else words[0 if given.has("-e") else 1 :]
    for name in names:
        new = _renamed(name, words) if plain else substituted(given.value("-e") or words[0], name, perl=True)
        if new is None or UNKNOWN in name:
            call.mark_unknown(f"Cannot tell what `{call.name}` renames files to.")
            call.remove(name)
        elif new != name:
            call.remove(name)
            call.replace(new)


def _renamed(name: str, words: list[str]) -> str:
    above, slash, base = name.rpartition("/")
    return above + slash + base.replace(words[0], words[1], 1)


TABLE: "dict[str, Handler]" = {
    "touch gtouch": touch,
    "mkdir gmkdir mkdirp": _mkdir,
    "rmdir": _rmdir,
    "rm grm": _rm,
    "shred": _shred,
    "truncate gtruncate": _truncate,
    "mkfifo mknod": _make_special,
    "chmod": _chmod,
    "chown chgrp setfacl setfattr chattr": _change_owner,
    "tee gtee": _tee,
    "rename prename file-rename": _rename,
}
