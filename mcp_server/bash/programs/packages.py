"""What package managers run: scripts of package.json, packages that are fetched, what `pip install` builds."""

from mcp_server.bash.parse.quoting import quoted
from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call


def run_script(call: "Call") -> None:
    """`npm run NAME`, `npm test`: the script, and those that run before and after it."""
    words = call.options(valued="CwF", long="workspace filter registry loglevel tag").operands
    if call.subcommand in ("run", "run-script"):
        if words:
            _run_script(call, words[0], words[1:])
    else:
        _run_script(call, {"t": "test"}.get(call.subcommand, call.subcommand), words)
    call.prints()


def run_script_or_unknown(call: "Call") -> None:
    """`yarn NAME`: a script, or an unknown program."""
    if call.subcommand in _scripts(call):
        run_script(call)
    else:
        call.runs_anything()
        call.prints()


def _scripts(call: "Call") -> dict[str, str]:
    from mcp_server.domain.package_json import scripts  # only for a project of Node

    return scripts(call.text("package.json") or "")


def _run_script(call: "Call", name: str, arguments: list[str]) -> None:
    found = _scripts(call)
    if name not in found:
        if call.text("package.json") is None or UNKNOWN in name or call.disk.unpredictable:
            call.runs_anything(f"Cannot tell what `{call.name} run {readable(name)}` runs.")
        return
    for text in (found.get("pre" + name), f"{found[name]} {quoted(arguments)}", found.get("post" + name)):
        if text:
            call.shell.spend(20)
            call.run_shell(text)


def npx(call: "Call") -> None:
    """`npx`: runs a program, one of the project's or one that is fetched."""
    given = call.options(valued="pc", long="package call", stop=True)
    text = given.value("-c", "--call")
    if text is not None:
        call.run_shell(text)
    words = list(given.operands)
    if words:
        words[0] = words[0].partition("@")[0] or words[0]
        call.run(words)
    call.prints()


def pip_install(call: "Call") -> None:
    """`pip install`, `download` and `wheel`: write a directory, and build the projects that are named."""
    installs = call.subcommand == "install"
    given = call.options(
        valued="rcte" if installs else "rcdwe",
        long="requirement constraint target dest wheel-dir prefix root index-url extra-index-url find-links python log "
        "report cache-dir",
    )
    for name in given.values("--log", "--report"):
        call.write(name)
    directory = given.value("-t", "--target", "--prefix", "--root", "-d", "--dest", "-w", "--wheel-dir")
    if directory or not installs:
        call.write_tree(directory or ".")
    if any(name.startswith((".", "/")) for name in (*given.operands, *given.values("-e"))):
        call.runs_anything(f"`{call.title}` builds packages, which may write anything.")
    elif not directory:
        call.disk.unpredictable = True
    call.prints()
