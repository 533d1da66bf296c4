"""Programs that copy, move and link: what is created at the destination and removed at the source."""

from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options

_LONG = "target-directory suffix backup sparse reflink no-preserve preserve context mode owner group strip-program"


class _Transfer:
    """Sources and a destination, as `cp`, `mv`, `install` and `ln` take them."""

    def __init__(self, call: "Call", given: "Options") -> None:
        self.call = call
        self.given = given
        folder = given.value("-t", "--target-directory")
        self.sources = list(given.operands)
        self.destination = folder if folder is not None else self.sources.pop() if len(self.sources) > 1 else ""
        plain = given.has("-T", "--no-target-directory")
        path = call.shell.locate(self.destination) if self.destination else None
        self.into = folder is not None or (
            not plain
            and (
                len(self.sources) > 1 or self.destination.endswith("/") or (path is not None and call.disk.is_dir(path))
            )
        )
        if path is not None and given.has("-n", "--no-dereference") and call.name == "ln":
            self.into = self.into and not call.disk.is_link(path)

    def target(self, source: str) -> str:
        """The destination of `source`, as an argument would spell it."""
        if not self.into:
            return self.destination
        base = source.rstrip("/").rpartition("/")[2] if UNKNOWN not in source else UNKNOWN
        return f"{self.destination.rstrip('/') or '/'}/{base}" if base not in (".", "..") else self.destination

    def backs_up(self, target: str) -> None:
        """Record the backup of `target` that is made before it is overwritten."""
        path = self.call.shell.named(target)
        if not self.given.has("-b", "--backup", "-S", "--suffix") or path is None:
            return
        if self.call.disk.kind(path) is not None:
            if self.given.value("--backup") in ("numbered", "t"):
                self.call.write_prefix(target + ".~")
            else:
                self.call.write(target + (self.given.value("-S", "--suffix") or "~"))

    def keeps(self, source: str, target: str) -> bool:
        """Whether an existing target is left as it is."""
        path, from_path = self.call.shell.real(target), self.call.shell.real(source)
        if path is None or not self.call.disk.exists(path):
            return False
        if self.given.has("-n", "--no-clobber") and self.call.name != "ln":
            return True
        return path == from_path


def _cp(call: "Call") -> None:
    given = call.options(valued="tS", attached="Z", long=_LONG)
    transfer = _Transfer(call, given)
    recursive = given.has("-r", "-R", "-a", "--recursive", "--archive")
    keeps_links = given.has("-a", "-d", "-P", "--archive", "--no-dereference") or (
        recursive and not given.has("-L", "-H")
    )
    for source in transfer.sources:
        path = call.shell.locate(source)
        target = transfer.target(source)
        if given.has("--parents"):
            target = f"{transfer.destination.rstrip('/')}/{source.lstrip('/')}"
        if path is None:
            _unknown_source(call, target, recursive=recursive)
            continue
        here = call.shell.named(source) if keeps_links and not source.endswith("/") else call.shell.real(source)
        if here is None or not (call.disk.may_exist(path) or not is_known(path)) or transfer.keeps(source, target):
            continue
        if given.has("--parents"):
            call.make_parents(call.shell.real(target) or "")
        _copy(call, transfer, here, target, recursive=recursive)


def _unknown_source(call: "Call", target: str, *, recursive: bool) -> None:
    if UNKNOWN in target and call.shell.locate(target.rpartition("/")[0] or ".") is not None:
        call.write_tree(target.rpartition("/")[0] or ".")
    elif recursive:
        call.write_tree(target)
    else:
        call.write(target)


def _copy(call: "Call", transfer: _Transfer, here: str, target: str, *, recursive: bool) -> None:
    kind = call.disk.kind(here)
    if kind == "directory":
        if recursive:
            copy_tree(call, here, target)
        return
    path = call.shell.real(target)
    if path is None:
        call.write(target)
        return
    if call.disk.is_dir(path) and not transfer.into:
        return
    transfer.backs_up(target)
    if kind == "link" and transfer.given.has("-a", "-d", "-P", "-r", "-R", "--archive"):
        call.replace(target)
        path = call.shell.named(target) or path
    elif transfer.given.has("-l", "-s", "--link", "--symbolic-link", "--remove-destination"):
        call.replace(target)
    else:
        call.write(target)
    call.disk.copy_kind(here, path)


def copy_tree(call: "Call", here: str, target: str) -> None:
    """Copy a directory with its content to `target`, or merge it into what exists there."""
    below = call.disk.below(here)
    path = call.shell.real(target)
    if below is None or path is None:
        call.write_tree(target)
        return
    call.disk.make_directory(path, call.name)
    if path.startswith(here.rstrip("/") + "/"):
        below = [item for item in below if item != path and not item.startswith(path + "/")]
    for item in below:
        directory = path + item[len(here.rstrip("/")) :]
        kind = call.disk.kind(item)
        if kind == "directory":
            call.disk.make_directory(directory, call.name)
        elif kind == "link":
            call.disk.replace(directory, call.name)
            call.disk.copy_kind(item, directory)
        else:
            call.disk.write(call.disk.real(directory), call.name)
            call.disk.copy_kind(item, directory)


def mv(call: "Call") -> None:
    """`mv`."""
    given = call.options(valued="tS", attached="Z", long=_LONG)
    transfer = _Transfer(call, given)
    for source in transfer.sources:
        target = transfer.target(source)
        here = call.named(source)
        if here is None:
            call.remove(source)
            _unknown_source(call, target, recursive=True)
            continue
        kind = call.disk.kind(here)
        if (kind is None and not call.disk.unpredictable and is_known(here)) or transfer.keeps(source, target):
            continue
        transfer.backs_up(target)
        _move(call, here, source, target)


def _move(call: "Call", here: str, source: str, target: str) -> None:
    kind = call.disk.kind(here)
    if kind == "directory":
        copy_tree(call, here, target)
    else:
        call.replace(target)
        path = call.named(target)
        if path is not None:
            call.disk.copy_kind(here, path)
    call.remove(source)


def _install(call: "Call") -> None:
    given = call.options(valued="gmotS", long=_LONG)
    if given.has("-d", "--directory"):
        for name in given.operands:
            call.make_directory(name, parents=True)
        return
    transfer = _Transfer(call, given)
    for source in transfer.sources:
        target = transfer.target(source)
        path = call.shell.real(target)
        here = call.shell.real(source)
        if here is not None and not call.disk.may_exist(here) and is_known(here):
            continue
        if given.has("-D") and path is not None:
            call.make_parents(path)
        transfer.backs_up(target)
        call.replace(target)
        named = call.named(target)
        if named is not None and here is not None:
            call.disk.copy_kind(here, named)


def _ln(call: "Call") -> None:
    given = call.options(valued="tS", attached="", long="target-directory suffix backup")
    if len(given.operands) == 1 and not given.has("-t", "--target-directory"):
        given.operands.append(".")
    transfer = _Transfer(call, given)
    for source in transfer.sources:
        target = transfer.target(source)
        path = call.named(target)
        if path is None:
            call.replace(target)
        elif call.disk.kind(path) is None or given.has("-f", "--force", "-b", "--backup"):
            transfer.backs_up(target)
            if given.has("-s", "--symbolic"):
                relative = given.has("-r", "--relative")
                call.disk.make_link(path, relative and call.shell.real(source) or source, call.name)
            else:
                call.replace(target)


def _rsync(call: "Call") -> None:
    given = call.options(
        valued="eBTfM",
        long="rsh exclude include filter exclude-from include-from files-from backup-dir suffix chmod chown max-size "
        "min-size partial-dir log-file out-format bwlimit timeout port password-file compare-dest copy-dest "
        "link-dest temp-dir info",
    )
    names = list(given.operands)
    if len(names) < 2 or given.has("-n", "--dry-run", "--list-only"):
        call.prints()
        return
    destination = names.pop()
    log = given.value("--log-file")
    if log:
        call.write(log)
    if not _is_remote(destination):
        _receive(call, given, names, destination)
    if given.has("--remove-source-files"):
        for source in names:
            _take_sources(call, source)


def _is_remote(name: str) -> bool:
    return ":" in name.partition("/")[0] or name.startswith("rsync://")


def _receive(call: "Call", given: "Options", names: list[str], destination: str) -> None:
    filtered = given.has(
        "--exclude", "--include", "--filter", "-f", "--files-from", "--exclude-from", "--existing", "-u"
    )
    path = call.shell.real(destination)
    recursive = given.has("-r", "-a", "--recursive", "--archive")
    if path is None or filtered or any(_is_remote(name) or call.shell.locate(name) is None for name in names):
        call.write_tree(destination)
        return
    into = destination.endswith("/") or len(names) > 1 or call.disk.is_dir(path)
    kept: set[str] = set()
    for name in names:
        here = call.shell.real(name) or ""
        if call.disk.kind(here) == "directory" and recursive:
            top = path if name.endswith("/") else f"{path}/{here.rpartition('/')[2]}"
            call.disk.make_directory(path, call.name)
            kept |= _mirror(call, here, top)
        elif call.disk.kind(here) is not None and call.disk.kind(here) != "directory":
            if into:
                call.disk.make_directory(path, call.name)
            call.disk.replace(f"{path}/{here.rpartition('/')[2]}" if into else path, call.name)
    if given.has("--delete", "--delete-after", "--delete-before", "--delete-during", "--del", "--delete-excluded"):
        for item in call.disk.below(path) or []:
            if item not in kept and any(name.endswith("/") for name in names):
                call.disk.remove(item, call.name, certain=call.shell.certain)


def _mirror(call: "Call", here: str, top: str) -> set[str]:
    below = call.disk.below(here)
    if below is None:
        call.disk.write(top, call.name, "tree")
        return set()
    call.disk.make_directory(top, call.name)
    made = {top}
    for item in below:
        directory = top + item[len(here) :]
        made.add(directory)
        if call.disk.kind(item) == "directory":
            call.disk.make_directory(directory, call.name)
        elif not _same(call, item, directory):
            call.disk.replace(directory, call.name)
    return made


def _same(call: "Call", one: str, other: str) -> bool:
    text = call.disk.text(one)
    return call.disk.kind(other) == "file" and text is not None and text == call.disk.text(other)


def _take_sources(call: "Call", source: str) -> None:
    path = call.shell.real(source)
    if path is None:
        call.remove(source)
        return
    for item in (call.disk.below(path) or []) if call.disk.is_dir(path) else [path]:
        if call.disk.kind(item) != "directory":
            call.disk.remove(item, call.name, certain=call.shell.certain)


def _scp(call: "Call") -> None:
    """`scp`: only a local destination is written."""
    given = call.options(valued="cFiJlDoPSX")
    if len(given.operands) > 1 and not _is_remote(given.operands[-1]):
        remote = any(_is_remote(name) for name in given.operands[:-1])
        if remote and given.has("-r"):
            call.write_tree(given.operands[-1])
        elif remote:
            transfer = _Transfer(call, given)
            for source in transfer.sources:
                call.write(transfer.target(source.partition(":")[2] or source))
        else:
            _cp(call)


def _dd(call: "Call") -> None:
    for word in call.arguments:
        name, _, value = word.partition("=")
        if name == "of":
            call.write(value)
    call.prints()


TABLE: "dict[str, Handler]" = {
    "cp gcp ditto": _cp,
    "mv gmv": mv,
    "install ginstall": _install,
    "ln gln link": _ln,
    "rsync": _rsync,
    "scp": _scp,
    "dd": _dd,
}
