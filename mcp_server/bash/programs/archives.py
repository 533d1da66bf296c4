"""Programs that pack and unpack archives."""

from mcp_server.bash.programs.substitution import substituted
from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options

_TAR_LONG = (
    "file directory strip-components exclude exclude-from files-from transform xform owner group mode mtime suffix "
    "use-compress-program one-file-system-x sort format label blocking-factor listed-incremental newer to-command "
    "checkpoint-action index-file after-date record-size tape-length"
)


class Archive:
    """An archive's members: their names, directories with a slash at the end; None if they are unknown."""

    __slots__ = ("members",)

    def __init__(self, members: list[str] | None) -> None:
        self.members = members


def _tar(call: "Call") -> None:
    words = list(call.arguments)
    if words and not words[0].startswith("-"):
        words = _old_style(words)
    call.arguments = words
    given = call.options(valued="fCTXbHKLNVIgF", long=_TAR_LONG)
    name = given.value("-f", "--file")
    archive = name if name is not None else "-"
    if given.has("-x", "--extract", "--get"):
        _extract(call, given, archive)
    elif given.has("-c", "--create", "-r", "--append", "-u", "--update", "-A", "--delete"):
        _create(call, given, archive)
    else:
        call.prints()


def _old_style(words: list[str]) -> list[str]:
    found, rest = [], words[1:]
    for letter in words[0]:
        found.append("-" + letter)
        if letter in "fCTXbI" and rest:
            found.append(rest.pop(0))
    return found + rest


def _operands_with_directories(call: "Call") -> list[tuple[str, str]]:
    """Each operand with the directory that the -C before it names."""
    directory, found, words = ".", [], list(call.arguments)
    at = 0
    while at < len(words):
        word = words[at]
        if word in ("-C", "--directory") and at + 1 < len(words):
            directory, at = _within(directory, words[at + 1]), at + 1
        elif word.startswith("--directory="):
            directory = _within(directory, word.partition("=")[2])
        elif word in ("-f", "-T", "-X", "--file", "--exclude", "--transform", "--xform", "-I") or (
            word[:1] == "-" and word[:2] != "--" and len(word) > 1 and word[-1] in "fTX"
        ):
            at += 1
        elif not word.startswith("-"):
            found.append((directory, word))
        at += 1
    return found


def _within(directory: str, folder: str) -> str:
    return folder if folder.startswith("/") or directory == "." else f"{directory}/{folder}"


def _extract(call: "Call", given: "Options", archive: str) -> None:
    if given.has("-O", "--to-stdout"):
        call.prints()
        return
    if given.has("--to-command", "--checkpoint-action"):
        call.runs_anything()
    folder = "."
    for value in given.values("-C", "--directory"):
        folder = _within(folder, value)
    found = members(call, archive)
    transforms = given.values("--transform", "--xform")
    if found is not None:
        found = _renamed(_picked(found, given.operands), transforms)
    unpack(call, folder, found, int(given.value("--strip-components") or "0"))


def members(call: "Call", archive: str) -> list[str] | None:
    """The members of an archive, `-` for the input; None if they are unknown."""
    content: object
    if archive == "-":
        content = call.stdin
    else:
        path = call.shell.real(archive)
        if path is None:
            return None
        content = call.disk.content(path) if call.disk.kind(path) is not None else UNKNOWN
        if not isinstance(content, Archive) and not call.disk.unpredictable:
            return call.disk.files.members(path)
    return content.members if isinstance(content, Archive) else None


def _picked(found: list[str], wanted: list[str]) -> list[str]:
    if not wanted:
        return found
    from mcp_server.bash.expand import globs

    names = [name.rstrip("/") for name in wanted]
    return [
        member
        for member in found
        if any(
            member.rstrip("/") == name or member.startswith(name + "/") or globs.matches(name, member.rstrip("/"))
            for name in names
        )
    ]


def _renamed(found: list[str], transforms: list[str]) -> list[str] | None:
    for transform in transforms:
        names = [substituted(transform, name) for name in found]
        found = [name for name in names if name is not None]
        if len(found) < len(names):
            return None
    return found


def unpack(call: "Call", folder: str, found: list[str] | None, strip: int = 0) -> None:
    """Record that the members are written below `folder`; if they are unknown, anything there."""
    if found is None:
        call.write_tree(folder)
        return
    for member in found:
        parts = [part for part in member.split("/") if part not in ("", ".")][strip:]
        if not parts or ".." in parts:
            continue
        name = f"{folder}/{'/'.join(parts)}"
        path = call.shell.real(name)
        if path is None:
            call.write_tree(folder)
            return
        call.make_parents(path)
        if member.endswith("/"):
            call.make_directory(name)
        else:
            call.replace(name)


def _create(call: "Call", given: "Options", archive: str) -> None:
    creates = given.has("-c", "--create")
    if archive != "-":
        call.write(archive)
    if given.has("--remove-files"):
        for directory, name in _operands_with_directories(call):
            call.remove(f"{directory}/{name}" if directory != "." else name)
    content = Archive(_content(call, given) if creates else None)
    path = call.shell.real(archive) if archive != "-" else None
    if archive == "-":
        call.prints(content)
    elif path is not None:
        call.disk.set_content(path, content)


def _content(call: "Call", given: "Options") -> list[str] | None:
    if given.has("-T", "--files-from", "--exclude", "-X", "--exclude-from", "-g"):
        return None
    found: list[str] = []
    for directory, name in _operands_with_directories(call):
        path = call.named(name if directory == "." or name.startswith("/") else f"{directory}/{name}")
        below = None if path is None else call.disk.below(path) if call.disk.kind(path) == "directory" else []
        if path is None or below is None or not is_known(path):
            return None
        spelled = name.lstrip("/").rstrip("/")
        for item in [path, *below]:
            found.append(spelled + item[len(path) :] + ("/" if call.disk.kind(item) == "directory" else ""))
    return _renamed(found, given.values("--transform", "--xform"))


def _unzip(call: "Call") -> None:
    words = call.arguments
    given = call.options(valued="dxPI")
    names = given.operands
    if not names or given.has("-l", "-t", "-p", "-c", "-Z", "-v", "-z"):
        call.prints()
        return
    end = words.index("-x") if "-x" in words else len(words)
    wanted = [name for name in names[1:] if name in words[:end]]
    found = members(call, names[0])
    if found is None and not names[0].endswith(".zip"):
        found = members(call, names[0] + ".zip")
    if found is not None:
        found = [name for name in _picked(found, wanted) if name not in given.values("-x")]
        if given.has("-j"):
            found = [name.rpartition("/")[2] for name in found if not name.endswith("/")]
    folder = given.value("-d") or "."
    path = call.shell.real(folder)
    if path is not None and folder != ".":
        call.make_parents(path)
        call.make_directory(folder)
    unpack(call, folder, found)


def _zip_files(call: "Call") -> None:
    given = call.options(valued="bnPstTOi", long="out")
    names = given.operands
    if names and names[0] != "-":
        name = given.value("-O", "--out") or names[0]
        call.write(name if "." in name.rpartition("/")[2] else name + ".zip")
    if given.has("-m", "--move"):
        for moved in names[1:]:
            call.remove(moved)
    call.prints()


_SUFFIXES = {
    **{"gzip": ".gz", "pigz": ".gz", "bzip2": ".bz2", "pbzip2": ".bz2", "xz": ".xz", "lzma": ".lzma"},
    **{"zstd": ".zst", "lz4": ".lz4", "compress": ".Z", "brotli": ".br"},
}
_UNPACKERS = {
    **{"gunzip": "gzip", "unpigz": "pigz", "bunzip2": "bzip2", "unxz": "xz", "unlzma": "lzma"},
    **{"unzstd": "zstd", "unlz4": "lz4", "uncompress": "compress"},
}
_ALIKE = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".taz": ".tar"}
_VALUED = {"zstd": "oDS", "brotli": "oqwSD", "pigz": "Sp", "pbzip2": "mp"}
_KEEPERS = frozenset(["zstd", "lz4", "brotli"])


def compress(call: "Call") -> None:
    """`gzip` and similar programs, in both directions."""
    packer = _UNPACKERS.get(call.name, call.name)
    given = call.options(valued=_VALUED.get(packer, "S"), attached="TMb", long="suffix output")
    suffix = given.value("-S", "--suffix") or _SUFFIXES[packer]
    unpacks = call.name in _UNPACKERS or given.has("-d", "--decompress", "--uncompress", "-D")
    if given.has("-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test") or not given.operands:
        for name in given.values("-o", "--output"):
            call.write(name)
        call.prints()
        return
    keeps = given.has("-k", "--keep") or (packer in _KEEPERS and not given.has("--rm", "-j"))
    names = given.operands if not given.has("-r", "--recursive") else _all_files(call, given.operands)
    outputs = given.values("-o", "--output")
    for name in names:
        _one(call, name, outputs, suffix=suffix, unpacks=unpacks, keeps=keeps)


def _all_files(call: "Call", names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        path = call.shell.real(name)
        below = call.disk.below(path) if path is not None and call.disk.is_dir(path) else []
        if path is None or below is None:
            call.write_tree(name)
        else:
            found += [item for item in below if call.disk.kind(item) == "file"] if below else [name]
    return found


def _one(call: "Call", name: str, outputs: list[str], *, suffix: str, unpacks: bool, keeps: bool) -> None:
    path = call.shell.real(name)
    if path is not None and not call.disk.may_exist(path) and not unpacks:
        return
    target = name + suffix
    if unpacks:
        source = name if name.endswith((suffix, *_ALIKE)) else name + suffix
        stem = source[: -len(suffix)] if source.endswith(suffix) else source
        ending = next((ending for ending in _ALIKE if source.endswith(ending)), "")
        target, name = (source[: -len(ending)] + _ALIKE[ending] if ending else stem), source
        path = call.shell.real(name)
        if path is not None and not call.disk.may_exist(path):
            return
    elif name.endswith(suffix):
        return
    call.write(outputs[0] if outputs else target)
    if not keeps:
        call.remove(name)


def _seven_zip(call: "Call") -> None:
    given = call.options(attached="ompxisvtwyabr")
    words = given.operands
    action, name = (words + ["", ""])[:2]
    if action in ("x", "e"):
        folder = given.value("-o") or "."
        if folder != ".":
            call.make_directory(folder, parents=True)
        call.write_tree(folder)
    elif action in ("a", "u", "d", "rn"):
        call.write(name if "." in name.rpartition("/")[2] else name + ".7z")
    call.prints()


def _ar(call: "Call") -> None:
    words = call.arguments
    letters = words[0].lstrip("-") if words else ""
    if any(letter in letters for letter in "rqdms") and len(words) > 1:
        call.write(words[1] if not set("abi") & set(letters) or len(words) < 3 else words[2])
    elif "x" in letters:
        names = words[2:]
        for name in names:
            call.write(name)
        if not names:
            call.write_tree(".")
    call.prints()


def jar(call: "Call") -> None:
    """`jar`, with old-style and new-style options."""
    words = list(call.arguments)
    if words and not words[0].startswith("-"):
        words = _old_style([words[0].replace("m", "").replace("e", ""), *words[1:]])
    call.arguments = words
    given = call.options(valued="fCmeP", long="file manifest main-class dir release")
    name = given.value("-f", "--file")
    if given.has("-c", "--create", "-u", "--update") and name:
        call.write(name)
    elif given.has("-x", "--extract") and name:
        found = members(call, name)
        unpack(call, given.value("-C", "--dir") or ".", None if found is None else _picked(found, given.operands))
    call.prints()


TABLE: "dict[str, Handler]" = {
    "tar gtar bsdtar": _tar,
    "unzip": _unzip,
    "zip": _zip_files,
    "7z 7za 7zz": _seven_zip,
    "ar": _ar,
    "jar": jar,
    " ".join((*_SUFFIXES, *_UNPACKERS)): compress,
}
