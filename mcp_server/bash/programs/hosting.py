"""Command lines of hosting sites: a few of their subcommands write here."""

from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

_WRITE_ANYTHING = (
    ["pr", "checkout"],
    ["mr", "checkout"],
    ["run", "download"],
    ["release", "download"],
    ["repo", "sync"],
    ["co"],
    ["codespace", "cp"],
    ["gist", "clone"],
    ["extension", "exec"],
)


def hosting(call: "Call") -> None:
    """`gh` and `glab`."""
    words = [word for word in call.arguments if not word.startswith("-")]
    given = call.options(valued="DORb", long="dir output repo body title json jq template")
    folder = given.value("-D", "--dir")
    if words[:2] == ["repo", "clone"] and len(words) > 2:
        call.write_tree(words[3] if len(words) > 3 else words[2].rstrip("/").rpartition("/")[2] or UNKNOWN)
    elif words[:2] in (["run", "download"], ["release", "download"]) and folder:
        call.write_tree(folder)
    elif words[:2] in _WRITE_ANYTHING or words[:1] in _WRITE_ANYTHING:
        call.mark_unknown(f"Which files `{call.name} {' '.join(words[:2])}` writes is not known.")
    call.prints()


TABLE: "dict[str, Handler]" = {"gh": hosting, "glab": hosting, "hub": hosting}
