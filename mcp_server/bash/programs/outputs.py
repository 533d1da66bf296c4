"""Programs that write where an option or an operand says, and otherwise only print.

Each entry says it in words: `o` an option whose value is a file, `o/` a directory, `>` a file after the option that may
be left out; `@1` the first operand is written, `@2` the second, `@-1` the last, `@*` all of them.
"""

from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options


def written(names: str, *, valued: str = "", attached: str = "", long: str = "") -> "Handler":
    """A program that writes what `names` lists."""
    files = [name for name in names.split() if not name.startswith("@") and not name.endswith("/")]
    trees = [name[:-1] for name in names.split() if name.endswith("/")]
    operands = [name[1:] for name in names.split() if name.startswith("@")]
    letters = valued + "".join(name[1] for name in (*files, *trees) if len(name) == 2)
    long_names = " ".join([long, *(name[2:] for name in (*files, *trees) if name.startswith("--"))])

    def handler(call: "Call") -> None:
        given = call.options(valued=letters, attached=attached, long=long_names)
        for name in given.values(*files):
            if name not in ("-", ""):
                call.write(name)
        for name in given.values(*trees):
            call.make_directory(name, parents=True)
            call.write_tree(name)
        for which in operands:
            _operands(call, given, which)
        call.prints()

    return handler


def _operands(call: "Call", given: "Options", which: str) -> None:
    if which == "*":
        chosen = given.operands
    else:
        number = int(which)
        at = number - 1 if number > 0 else number
        chosen = given.operands[at:][:1] if len(given.operands) >= abs(number) else []
    for name in chosen:
        call.write(name)


def curl(call: "Call") -> None:
    """`curl`."""
    given = call.options(
        valued="oDcbHdXuATFeKmwrxzCEPQUtYy",
        long="output dump-header cookie-jar header data request user user-agent form referer max-time write-out range "
        "proxy data-raw data-binary data-urlencode url cookie config connect-timeout retry trace "
        "trace-ascii output-dir "
        "upload-file cacert cert key resolve interface limit-rate stderr etag-save hsts libcurl json retry-delay",
    )
    folder = given.value("--output-dir") or ""
    prefix = folder.rstrip("/") + "/" if folder else ""
    for name in given.values(
        "-D",
        "--dump-header",
        "-c",
        "--cookie-jar",
        "--trace",
        "--trace-ascii",
        "--stderr",
        "--etag-save",
        "--hsts",
        "--libcurl",
    ):
        if name != "-":
            call.write(name)
    for name in given.values("-o", "--output"):
        _download(call, given, prefix + name)
    if given.has("-J", "--remote-header-name"):
        call.mark_unknown("The server names the file that `curl -J` writes.")
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
    """The names that `#1` stands in for, from the braces of the address."""
    found = []
    for url in urls:
        start, end = url.find("{"), url.find("}")
        if start < 0 or end < start or name.count("#") != 1 or "#1" not in name:
            return [UNKNOWN]
        found += [name.replace("#1", part) for part in url[start + 1 : end].split(",")]
    return found


def wget(call: "Call") -> None:
    """`wget`."""
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


def ssh_keygen(call: "Call") -> None:
    """`ssh-keygen`."""
    given = call.options(valued="tbfNCOImnVDEFRSTZaswPMrY")
    name = given.value("-f") or "~"
    if given.has("-l", "-F", "-y", "-e", "-B", "-Q", "-Y"):
        call.prints()
    elif name != "~":
        call.write(name)
        if not given.has("-p", "-R", "-c", "-A"):
            call.write(name + ".pub")


def openssl(call: "Call") -> None:
    """`openssl`: in every subcommand -out is written."""
    words = call.arguments
    for at, word in enumerate(words[:-1]):
        if word in ("-out", "-keyout", "-writerand", "-sigout", "-certout", "-CAserial"):
            call.write(words[at + 1])
    if words[:1] == ["ca"]:
        call.mark_unknown()
    call.prints()


def jq(call: "Call") -> None:
    """`jq` and `yq`: yq can change its file."""
    given = call.options(valued="iLf" if call.name == "jq" else "", long="arg argjson slurpfile rawfile indent")
    if call.name != "jq" and given.has("-i", "--inplace", "--in-place", "-yi"):
        for name in given.operands:
            path = call.shell.real(name)
            if path is not None and call.disk.exists(path) and not call.disk.is_dir(path):
                call.replace(name)
    call.prints()


def in_place(*, unless: str = "", valued: str = "", long: str = "", outs: str = "") -> "Handler":
    """A program that changes its operands, unless one of the options is given."""

    def handler(call: "Call") -> None:
        given = call.options(valued=valued, long=long)
        if not given.has(*unless.split()):
            for name in given.operands:
                call.change(name)
        for name in given.values(*outs.split()):
            call.write(name)
        call.prints()

    return handler


def convert_lines(call: "Call") -> None:
    """`dos2unix` and its kin."""
    given = call.options(valued="nci", long="newfile")
    if given.has("-i", "--info", "-O"):
        return
    names = given.operands
    if "-n" in call.arguments or "--newfile" in call.arguments:
        for name in call.arguments[call.arguments.index("-n") + 2 :: 2] if "-n" in call.arguments else names[1::2]:
            call.write(name)
        return
    for name in names:
        call.change(name)


def last_operand(call: "Call") -> None:
    """`convert` and the like: the last word is what is made."""
    words = [word for word in call.arguments if word not in ("--", "-")]
    if len(words) > 1 and not words[-1].startswith("-"):
        call.write(words[-1].partition(":")[2] if words[-1].partition(":")[0] in ("png", "jpg", "gif") else words[-1])


def pandoc(call: "Call") -> None:
    """`pandoc`."""
    given = call.options(valued="oftrwMVFLHBA", long="output from to read write metadata variable filter extract-media")
    for name in given.values("-o", "--output"):
        call.write(name)
    for name in given.values("--extract-media"):
        call.write_tree(name)
    if given.has("-F", "--filter", "-L", "--lua-filter"):
        call.runs_anything()
    call.prints()


def latex(call: "Call") -> None:
    """`pdflatex` and its kin: files beside, all with the name of the document."""
    words = call.arguments
    folder = next((word.partition("=")[2] for word in words if "output-directory=" in word or "-outdir=" in word), "")
    jobs = [word.partition("=")[2] for word in words if "jobname=" in word]
    names = jobs or [word.rpartition("/")[2].removesuffix(".tex") for word in words if not word.startswith("-")]
    for name in names:
        call.write_prefix((folder.rstrip("/") + "/" if folder else "") + name + ".")


def remote_files(call: "Call") -> None:
    """`sftp`, `ftp`, `ssh`, `nc`: what happens here is not told by the words."""
    if call.name in ("sftp", "ftp"):
        call.mark_unknown()
    call.prints()


_PROTOC = (
    "cpp_out python_out java_out js_out go_out grpc_out ts_out csharp_out ruby_out php_out pyi_out"
    " go-grpc_out grpc_python_out"
)
TABLE: "dict[str, Handler]" = {
    "curl": curl,
    "wget": wget,
    "ssh-keygen": ssh_keygen,
    "openssl": openssl,
    "jq": jq,
    "yq": jq,
    "dasel": jq,
    "pandoc": pandoc,
    "convert": last_operand,
    "magick": last_operand,
    "composite": last_operand,
    "montage": last_operand,
    "ffmpeg": last_operand,
    "sox": last_operand,
    "rsvg-convert": written("-o --output"),
    "tree": written("-o", valued="LPI"),
    "shuf": written("-o --output", valued="ine", long="input-range head-count"),
    "iconv": written("-o --output", valued="ft", long="from-code to-code"),
    "gpg": written("-o --output", valued="ru", long="recipient local-user"),
    "age": written("-o --output", valued="riR"),
    "age-keygen": written("-o"),
    "dot": written("-o", attached="TKGNEO"),
    "neato": written("-o", attached="TKGNEO"),
    "cwebp": written("-o", valued="qm"),
    "optipng": in_place(),
    "jpegoptim": in_place(valued="mdS"),
    "svgo": written("-o --output"),
    "mogrify": in_place(),
    "exiftool": in_place(),
    "gifsicle": written("-o --output"),
    "esbuild": written("--outfile --outdir/", long="platform format target"),
    "strip": in_place(outs="-o", valued="o"),
    "protoc": written(" ".join(f"--{name}/" for name in _PROTOC.split()), valued="I", long="proto_path"),
    "bison": written("-o --output", valued="b"),
    "yacc": written("-o", valued="b"),
    "flex": written("-o"),
    "lex": written("-o"),
    "gperf": written("--output-file"),
    "swig": written("-o --outdir/"),
    "m4": written("-o"),
    "cpp": written("-o @2", valued="DIU"),
    "ld": written("-o", valued="lLTm"),
    "xsltproc": written("-o --output"),
    "xmllint": written("-o --output", long="encode schema xpath"),
    "tidy": in_place(valued="fow", outs="-o -output"),
    "msgfmt": written("-o --output-file", valued="Dd"),
    "msgmerge": written("-o --output-file", valued="D"),
    "xgettext": written("-o --output", valued="LkjD"),
    "pdftotext": written("@2", valued="fl"),
    "qpdf": written("@-1"),
    "gs": written("-o"),
    "inkscape": written("-o --export-filename --export-png"),
    "plantuml": written("-o/"),
    "mmdc": written("-o --output", valued="itb"),
    "sass": written("@2"),
    "lessc": written("@2"),
    "stylus": written("-o --out"),
    "pug": written("-o/ --out/"),
    "asciidoctor": written("-o --out-file -D/", valued="ab"),
    "sphinx-build": written("@2", valued="bDdcj"),
    "mkdocs": written("-d/ --site-dir/"),
    "wat2wasm": written("-o --output"),
    "wasm2wat": written("-o --output"),
    "cbindgen": written("-o --output", valued="cl"),
    "bindgen": written("-o --output"),
    "duckdb": written("@1"),
    "pg_dump": written("-f --file", valued="hpUdtnTN"),
    "mysqldump": written("-r --result-file", valued="uhPp"),
    "psql": written("-o --output -L", valued="hpUdcfvF"),
    "mysql": written("", valued="uhPpeD"),
    "mongodump": written("-o/ --out/"),
    "redis-cli": written("--rdb"),
    "base32": written(""),
    "uudecode": written("-o"),
    "uuencode": written(""),
    "recode": in_place(),
    "aria2c": written("-o --out -d/ --dir/ -l --log"),
    "http": written("-o --output"),
    "https": written("-o --output"),
    "axel": written("-o --output"),
    "htpasswd": written("@1"),
    "keytool": written("-keystore"),
    "mkcert": written("-cert-file -key-file"),
    "pdflatex": latex,
    "xelatex": latex,
    "lualatex": latex,
    "latexmk": latex,
    "latex": latex,
    "tex": latex,
    "bibtex": latex,
    "dos2unix": convert_lines,
    "unix2dos": convert_lines,
    "mac2unix": convert_lines,
    "ranlib": in_place(),
    "objcopy": written("@-1", valued="IOjRK"),
    "ssh": remote_files,
    "sftp": remote_files,
    "ftp": remote_files,
    "nc": remote_files,
    "ncat": remote_files,
    "netcat": remote_files,
    "telnet": remote_files,
    "socat": remote_files,
    "pbcopy": written(""),
    "pbpaste": written(""),
    "xclip": written(""),
    "xsel": written(""),
    "wl-copy": written(""),
    "wl-paste": written(""),
    "notify-send": written(""),
    "open": written(""),
    "xdg-open": written(""),
    "logger": written(""),
    "wall": written(""),
    "lynx": written(""),
    "w3m": written(""),
    "links": written(""),
    "hexyl": written(""),
    "csvsql": written(""),
    "mlr": written(""),
    "xmlstarlet": written(""),
    "exiv2": in_place(),
    "flatc": written("-o/"),
    "thrift": written("-out/ -o/"),
    "capnp": written("-o"),
    "pngquant": written("-o --output"),
    "pdftoppm": written(""),
}
