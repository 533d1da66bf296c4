"""`cargo`: the manifests and lock file of a workspace, and the sources of its packages that it rewrites."""

from mcp_server.bash.programs.managers import members
from mcp_server.bash.programs.program import READS, Program
from mcp_server.bash.programs.rewriting import rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call
    from mcp_server.bash.options import Options
    from mcp_server.bash.state import Status

_VALUED = (
    "-p -F -j -Z --manifest-path --features --bin --example --test --package --exclude --target --color --target-dir"
    " --config --message-format --profile --jobs"
)
_KEEPS_LOCK = ("--locked", "--frozen", "--offline-lock")


def _lock(call: "Call", *, certain: bool = False) -> None:
    root = members.cargo_root(call)
    if root is not None and certain:
        call.write(f"{root}/Cargo.lock")
    elif root is not None:
        call.may_write(f"{root}/Cargo.lock")


def _parsed(call: "Call") -> "Options":
    return call.options(valued="pFjZ", long=" ".join(name[2:] for name in _VALUED.split() if name[1] == "-"))


def _before_dashes(call: "Call") -> list[str]:
    words = call.arguments
    return words[: words.index("--")] if "--" in words else words


def _build(call: "Call") -> None:
    """`cargo build`, `test` and the like: build scripts and tests may write anything."""
    given = _parsed(call)
    if not given.has(*_KEEPS_LOCK):
        _lock(call)
    root = members.cargo_root(call)
    target = given.value("--target-dir") or (f"{root}/target" if root else "target")
    call.may_write(target + "/")
    if call.subcommand == "fix" or "--fix" in _before_dashes(call):
        _rewrite(call, given, f"For one package: cargo {call.subcommand} --fix -p PACKAGE".replace("fix --fix", "fix"))
    call.runs_anything()
    call.prints()


def _format(call: "Call") -> None:
    """`cargo fmt`: the packages that -p names, or all of the workspace, or the one of the current directory."""
    given = _parsed(call)
    if not given.has("--check") and "--check" not in call.arguments:
        _rewrite(call, given, "For one package: cargo fmt -p PACKAGE")
    call.prints()


def _rewrite(call: "Call", given: "Options", instead: str) -> None:
    reading, before = call.shell.reading, call.shell.reading.instead
    reading.instead = instead
    folders = _packages(call, given)
    if folders is None:
        call.mark_unknown(f"Cannot tell which packages `{call.title}` rewrites.")
    else:
        rewrite(call, folders, "rs")
    reading.instead = before


def _packages(call: "Call", given: "Options") -> list[str] | None:
    """The folders of the packages that are meant; None if they cannot be told."""
    manifest = given.value("--manifest-path")
    if manifest is not None:
        return [manifest.rpartition("/")[0] or "."]
    root, here = members.cargo_root(call), members.nearest(call, "Cargo.toml")
    if root is None or here is None:
        return ["."]
    names = given.values("-p", "--package")
    if names:
        known = members.of_cargo(call, root)
        found = [known.get(name.partition("@")[0]) for name in names]
        return None if None in found else [folder for folder in found if folder]
    if given.has("--all", "--workspace"):
        return [root]
    return [here]


def _manifest(call: "Call") -> None:
    """`cargo add` and `remove`: the manifest of the package that is meant."""
    given = call.options(valued="pF", long="manifest-path package features rename path git branch tag rev registry")
    if given.has("--dry-run", "-n"):
        return
    folders = _packages(call, given)
    if folders is None:
        call.mark_unknown(f"Cannot tell which package `{call.title}` changes.")
    for folder in folders or []:
        call.write(f"{folder}/Cargo.toml")
    if not given.has(*_KEEPS_LOCK):
        _lock(call)


def _update(call: "Call") -> None:
    given = _parsed(call)
    if not given.has("--dry-run", "-n", *_KEEPS_LOCK):
        _lock(call, certain=True)
    call.prints()


def _looks(call: "Call") -> None:
    """`cargo tree` and the like: they create a lock file that is missing."""
    if not _parsed(call).has(*_KEEPS_LOCK, "--no-deps"):
        _lock(call)
    call.prints()


def _new(call: "Call") -> None:
    given = call.options(long="name vcs edition registry color config", valued="Z")
    call.write_tree(given.operands[0] if given.operands else ".")
    root = members.cargo_root(call)
    if root is not None:
        call.may_write(f"{root}/Cargo.toml")


def _plugin(call: "Call") -> None:
    """`cargo xtask` and the like: code of the project may run even to print its help."""
    call.runs_anything()
    call.prints()


_CARGO = Program(
    valued=f"{_VALUED} -C --lib-name --name --vcs --edition",
    subcommands={
        "new init": _new,
        "add remove rm set-version upgrade": _manifest,
        "update generate-lockfile": _update,
        "fmt": _format,
        "clean": Program(removes="--target-dir|target", valued=_VALUED, unless="-n --dry-run"),
        "vendor": Program("@1/|vendor/", possible="Cargo.lock!--locked!--frozen", valued=_VALUED),
        "build b check c test t run r bench clippy doc d fix rustc rustdoc package publish nextest llvm-cov tarpaulin"
        " miri hack udeps machete": _build,
        "tree metadata outdated audit deny": _looks,
        "search version help locate-project pkgid info verify-project install uninstall login logout owner fetch"
        " yank report config read-manifest": READS,
        "": READS,
    },
    otherwise=_plugin,
)
_PRINTING = frozenset(["--help", "--version", "-h", "-V", "--list"])


def cargo(call: "Call") -> "Status":
    """`cargo`, for any toolchain."""
    call.arguments = [word for word in call.arguments if not word.startswith("+")]
    words = _before_dashes(call)
    if words[:1] and (words[0] in _PRINTING or (words[0] in _OWN and not _PRINTING.isdisjoint(words[1:]))):
        call.prints()
        return None
    return _CARGO(call)


_OWN = frozenset(word for names in _CARGO.subcommands for word in names.split())
