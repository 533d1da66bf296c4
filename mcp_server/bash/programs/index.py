"""Finds the handler of a program. A new program is an entry in `tables`, or, if it needs its own code, a function in
a family's TABLE and its name here.

A module is loaded when one of its programs is called; a program that only reads needs no module.
"""

from mcp_server.bash.programs import named_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

READERS = frozenset(
    """
    ag b2sum b3sum bat batcat blkid cal cksum clear cmp colordiff column comm cut date df diff diff3 difft du
    egrep eza exa factor fgrep file fmt fold free getconf getent getfacl getfattr groups hd head hexdump host hostname
    hostnamectl htop id identify ifconfig info iostat ip join jobs journalctl klist last ldd less locale locate logname
    look lsattr lsb_release lsblk lscpu lsof lspci lsusb ls man mcookie md5 md5sum mdls more namei netstat nl nm nproc
    numfmt objdump od otool paste pathchk pgrep pidof ping pinky pr printenv ps pstree pwdx rg readelf readlink realpath
    resolvectl rev seq sha1sum sha224sum sha256sum sha384sum sha512sum shasum size sleep ss stat strings sum
    sw_vers tac tail tldr tokei top tput tr traceroute tsort tty uname units uptime users uuidgen vdir dir vmstat w wc
    whatis whereis which who whoami xxhsum yes zcat zcmp zdiff zegrep zfgrep zgrep zless zmore bzcat xzcat lzcat
    zstdcat bzgrep xzgrep zipinfo dig nslookup whois expr cat echo printf true false test pwd basename dirname bc dc
    envsubst getopt ack glow delta zipgrep shellcheck hadolint actionlint yamllint pyflakes
    pycodestyle pydocstyle vulture mdl checkbashisms mtr disown wait bg fg
    kill killall pkill times type hash ulimit umask history dirs suspend compgen complete compopt bind
    caller enable help
    fc newgrp stty reset setterm chvt tset renice gron fx pup jless hyperlink
    """.split()
)
"""Programs that write nothing, whatever their arguments."""

_FAMILIES = {
    "printing": """
        echo printf pwd basename dirname cat seq ls wc date mktemp base64 realpath readlink hostname whoami id uname
        nproc true false : test [ which type expr uuidgen grep egrep fgrep rg printenv
    """,
    "filters": "head tail sort uniq cut",
    "databases": "sqlite3 sqlite duckdb",
    "shells": """
        cd pushd popd eval source . exec exit return break continue read mapfile readarray set shopt shift trap alias
        unalias let command builtin bash sh dash zsh ksh getopts export local declare readonly typeset unset logout
    """,
    "wrapping": "env cross-env sudo doas su runuser script flock watch xargs parallel",
    "copying": "cp mv install ln link rsync scp dd ditto gcp gmv ginstall gln",
    "files": """
        touch gtouch mkdir gmkdir mkdirp rmdir rm grm shred truncate gtruncate mkfifo mknod chmod chown chgrp setfacl
        setfattr chattr tee gtee rename prename file-rename
    """,
    "editing": "sed gsed perl awk gawk mawk nawk original-awk ed ex vi vim nvim view vimdiff ruby",
    "patching": "patch gpatch",
    "finding": "find gfind fd fdfind",
    "git.git": "git",
    "archives": """
        tar gtar bsdtar unzip zip gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 unlz4 7z 7za 7zz ar jar
        compress uncompress pigz unpigz pbzip2 brotli
    """,
    "downloads": "curl wget",
    "building": "make gmake cmake",
    "interpreters": "node nodejs python python2 python3 pypy pypy3",
}
WRAPPERS = frozenset(["gradlew", "mvnw"])
"""Scripts of a project that are known: they fetch a program and run it."""

_NUMBERED = frozenset("python pip clang clang++ gcc g++ lua clang-format clang-tidy".split())
_HOMES = {name: family for family, names in _FAMILIES.items() for name in names.split()}


def handler(name: str) -> "Handler | None":
    """The handler of the program `name`, None for an unknown program."""
    family = _HOMES.get(name)
    if family is not None:
        module = __import__(f"mcp_server.bash.programs.{family}", None, None, ["TABLE"])
        table: dict[str, Handler] = module.TABLE
        return named_by(table, [name])
    if name in READERS:
        return reads
    from mcp_server.bash.programs import tables  # most commands need none of them

    plain = name.rstrip("0123456789.").rstrip("-")
    return tables.find(name) or (handler(plain) if plain != name and plain in _NUMBERED else None)


def only_prints(name: str, arguments: list[str]) -> bool:
    """Whether one of the programs that run nothing else is only asked how it is used."""
    if _PRINTING.isdisjoint(arguments) or _HOMES.get(name) not in _PLAIN_FAMILIES:
        return False
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return not _PRINTING.isdisjoint(own)


def is_asked_for_help(arguments: list[str]) -> bool:
    """Whether a program that is not known is only asked how it, or one of its subcommands, is used."""
    if len(arguments) == 1:
        return arguments[0] in _PRINTING or arguments[0] in ("-h", "-V", "help")
    return len(arguments) == 2 and arguments[0].isidentifier() and arguments[1] in _PRINTING


_PRINTING = frozenset(["--help", "--version"])
_PLAIN_FAMILIES = frozenset(["copying", "files", "archives", "patching", "downloads", "filters"])


def reads(call: "Call") -> None:
    """A program that only reads; its output is unknown."""
    call.prints()
