"""`curl` and `wget`: the files that their options name, or that are named after the address."""

from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options


_BESIDE = "-D --dump-header -c --cookie-jar --trace --trace-ascii --stderr --etag-save --hsts --libcurl"
"""Options of `curl` that name a file beside the download."""


def _curl(call: "Call") -> None:
    given = call.options(
        valued="oDcbHdXuATFeKmwrxzCEPQUtYy",
        long="output dump-header cookie-jar header data request user user-agent form referer max-time write-out range "
        "proxy data-raw data-binary data-urlencode url cookie config connect-timeout retry trace "
        "trace-ascii output-dir "
        "upload-file cacert cert key resolve interface limit-rate stderr etag-save hsts libcurl json retry-delay",
    )
    folder = given.value("--output-dir") or ""
    prefix = folder.rstrip("/") + "/" if folder else ""
    for name in given.values(*_BESIDE.split()):
        if name != "-":
            call.write(name)
    for name in given.values("-o", "--output"):
        _download(call, given, prefix + name)
    if given.has("-J", "--remote-header-name"):
        call.mark_unknown("`curl -J` writes a file that the server names.")
    elif given.has("-O", "--remote-name", "--remote-name-all"):
        for url in (*given.operands, *given.values("--url")):
            _download(call, given, prefix + url.partition("?")[0].rstrip("/").rpartition("/")[2])
    call.prints()


def _download(call: "Call", given: "Options", name: str) -> None:
    if name in ("-", "/dev/null"):
        return
    if given.has("--create-dirs"):
        path = call.shell.real(name.partition("#")[0] if "#" in name else name)
        if path is not None:
            call.make_parents(path if not path.endswith("/") else path + "x")
            if "#" in name and name.partition("#")[0].endswith("/"):
                call.make_directory(name.partition("#")[0].rstrip("/"))
    if "#" not in name:
        call.write(name)
        return
    for filled in _filled(name, [*given.operands, *given.values("--url")]):
        call.write(filled)


def _filled(name: str, urls: list[str]) -> list[str]:
    """The names that `#1` stands for, taken from the braces in the address."""
    found = []
    for url in urls:
        start, end = url.find("{"), url.find("}")
        if start < 0 or end < start or name.count("#") != 1 or "#1" not in name:
            return [UNKNOWN]
        found += [name.replace("#1", part) for part in url[start + 1 : end].split(",")]
    return found


def _wget(call: "Call") -> None:
    given = call.options(
        valued="OoaPitTwQUlADRIXe",
        long="output-document output-file append-output directory-prefix input-file tries timeout wait "
        "user-agent header "
        "post-data post-file level accept reject domains user password referer save-cookies load-cookies",
    )
    for name in given.values("-o", "--output-file", "-a", "--append-output", "--save-cookies"):
        call.write(name)
    target, folder = given.value("-O", "--output-document"), given.value("-P", "--directory-prefix")
    if given.has("--spider") or target in ("-", "/dev/null", "/dev/stdout"):
        return
    if target is not None:
        call.write(target)
    elif given.has("-r", "--recursive", "-m", "--mirror", "-p", "-i", "--input-file", "--content-disposition", "-x"):
        call.write_tree(folder or ".")
    else:
        if folder:
            call.make_directory(folder, parents=True)
        for url in given.operands:
            base = url.partition("?")[0].partition("://")[2].partition("/")[2].rpartition("/")[2] or "index.html"
            call.write(f"{folder.rstrip('/')}/{base}" if folder else base)


TABLE: "dict[str, Handler]" = {"curl": _curl, "wget": _wget}
