"""Which module knows what a program writes? A new program is a name here and a function in that module's TABLE.

A module is loaded when one of its programs is called; a program that only reads needs no module.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

READERS = frozenset(
    """
    ag arch b2sum b3sum bat batcat blkid cal cksum clear cloc cmp colordiff column comm cut date df diff diff3 difft du
    egrep eza exa factor fgrep file fmt fold free getconf getent getfacl getfattr groups hd head hexdump host hostname
    hostnamectl htop id identify ifconfig info iostat ip join jobs journalctl klist last ldd less locale locate logname
    look lsattr lsb_release lsblk lscpu lsof lspci lsusb ls man mcookie md5 md5sum mdls more namei netstat nl nm nproc
    numfmt objdump od otool paste pathchk pgrep pidof ping pinky pr printenv ps pstree pwdx rg readelf readlink realpath
    resolvectl rev sdiff seq sha1sum sha224sum sha256sum sha384sum sha512sum shasum size sleep ss stat strings sum
    sw_vers tac tail tldr tokei top tput tr traceroute tsort tty uname units uptime users uuidgen vdir dir vmstat w wc
    whatis whereis which who whoami xxhsum yes zcat zcmp zdiff zegrep zfgrep zgrep zless zmore bzcat xzcat lzcat
    zstdcat bzgrep xzgrep zipinfo dig nslookup whois expr cat echo printf true false test pwd basename dirname bc dc
    envsubst getopt ack scc glow delta zipgrep shellcheck hadolint actionlint yamllint jsonlint pylint flake8 pyflakes
    pycodestyle pydocstyle bandit vulture lizard radon markdownlint mdl checkbashisms cppcheck mtr disown wait bg fg
    kill killall pkill times type hash ulimit umask history dirs suspend compgen complete compopt bind
    caller enable help
    fc newgrp stty reset setterm chvt tset renice htmlq gron fx pup xan xsv visidata miller jless hyperlink
    """.split()
)
"""Programs that write nothing whatever their arguments are; what some of them print is worked out in `printing`."""

_FAMILIES = {
    "printing": (
        "echo printf pwd basename dirname cat seq ls wc date mktemp base64 realpath readlink hostname whoami id"
        " uname nproc true false : test [ which type expr uuidgen grep egrep fgrep rg xxd printenv"
    ),
    "filters": "head tail sort uniq tr cut rev tac",
    "databases": "sqlite3",
    "shells": (
        "cd pushd popd eval source . exec exit return break continue read mapfile readarray set shopt shift trap alias"
        " unalias let command builtin bash sh dash zsh ksh getopts export local declare readonly typeset unset logout"
    ),
    "wrapping": (
        "env timeout gtimeout nohup nice ionice stdbuf setsid sudo doas time chrt taskset unbuffer catchsegv"
        " xargs parallel watch flock script strace ltrace chronic ifne sponge vipe busybox toybox entr "
        "hyperfine eatmydata"
        " systemd-run unshare nsenter chroot su runuser fakeroot proxychains caffeinate arch winpty direnv dotenv"
        " foreman cross-env xvfb-run dbus-run-session firejail bwrap numactl"
    ),
    "copying": "cp mv install ln link rsync scp dd ditto cpio gcp gmv ginstall gln",
    "files": (
        "touch mkdir rmdir rm unlink shred truncate mkfifo mknod chmod chown chgrp setfacl setfattr chattr "
        "fallocate tee"
        " trash trash-put gio split csplit mkdirp rimraf rename prename file-rename gtouch gmkdir grm gtee gtruncate"
    ),
    "editing": "sed gsed perl awk gawk mawk nawk original-awk ed ex vi vim nvim view vimdiff emacs nano "
    "pico micro ruby",
    "patching": "patch gpatch",
    "finding": "find gfind fd fdfind locate",
    "git.git": "git",
    "hosting": "gh glab hub",
    "archives": (
        "tar gtar bsdtar unzip zip gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 unlz4 7z "
        "7za 7zz ar jar"
        " compress uncompress unar unrar rar pigz unpigz pbzip2 brotli"
    ),
    "outputs": (
        "curl wget tree shuf iconv hexyl openssl ssh-keygen gpg age dot neato pandoc convert magick ffmpeg sox cwebp"
        " optipng jpegoptim pngquant svgo esbuild protoc bison yacc flex lex gperf swig thrift flatc capnp sass lessc"
        " stylus pug pdflatex xelatex lualatex latexmk tex latex bibtex asciidoctor sphinx-build mkdocs plantuml mmdc"
        " jq yq dasel xmlstarlet xmllint xsltproc tidy csvsql mlr m4 cpp strip objcopy"
        " ld ranlib cbindgen bindgen wat2wasm wasm2wat pdftotext pdftoppm qpdf gs"
        " exiftool exiv2 mogrify montage composite inkscape rsvg-convert gifsicle duckdb psql mysqldump pg_dump"
        " mongodump redis-cli mysql base32 uudecode uuencode dos2unix unix2dos mac2unix"
        " recode msgfmt msgmerge xgettext age-keygen mkcert keytool htpasswd"
        " logger wall aria2c axel http https lynx w3m links"
        " pbcopy pbpaste xclip xsel wl-copy wl-paste notify-send open xdg-open ssh ftp sftp nc ncat netcat telnet socat"
    ),
    "compilers": (
        "tsc gcc cc g++ c++ clang clang++ rustc javac kotlinc scalac go nasm yasm ghc ocamlc ocamlopt fpc "
        "gfortran ldc2 dmd zig"
        " nim swiftc csc mcs vbc dotnet valac tcc x86_64-linux-gnu-gcc emcc as f77 f95 gnatmake crystal "
        "luac pyinstaller"
        " cython cythonize stubgen pyright mypy dmypy pytype pyre"
    ),
    "formatters": (
        "black ruff isort autopep8 yapf autoflake pyupgrade docformatter prettier eslint standard biome gofmt goimports"
        " gofumpt golines rustfmt clang-format clang-tidy shfmt stylua rubocop standardrb rufo php-cs-fixer phpcbf"
        " terraform tofu buf taplo stylelint dprint deno google-java-format ktlint scalafmt swiftformat "
        "swiftlint cmake-format"
        " djlint nixfmt alejandra ormolu fourmolu mix elm-format zprint dartfmt xo tslint oxlint pre-commit "
        "markdownlint-cli2"
        " codespell jsonnetfmt yamlfmt sqlfluff nbstripout jupytext usort blue darker"
        " beautysh reorder-python-imports add-trailing-comma unify pybetter ssort js-beautify html-beautify"
        " css-beautify perltidy astyle indent uncrustify"
    ),
    "packages": (
        "npm npx pnpm yarn bun bunx corepack pip pip3 pipx uv uvx poetry pdm pipenv conda mamba cargo gem "
        "bundle bundler"
        " composer rustup nvm fnm volta pyenv rbenv asdf mise brew apt apt-get apt-cache dpkg dnf yum apk "
        "pacman snap flatpak"
        " docker podman docker-compose kubectl helm aws gcloud az heroku vercel netlify wrangler flyctl nix nix-env"
        " virtualenv venv systemctl service launchctl"
    ),
    "building": "make gmake ninja cmake meson bazel gradle gradlew mvn mvnw ant scons rake just task tox nox invoke",
    "testing": (
        "pytest py.test jest vitest mocha ava tap karma cypress playwright phpunit rspec ctest nose2 trial unittest"
        " coverage tsx ts-node node nodejs python python2 python3 pypy pypy3 ipython php lua luajit"
        " Rscript julia java osascript tclsh guile"
    ),
}
_NUMBERED = frozenset(["python", "pip", "clang", "clang++", "gcc", "g++", "lua", "clang-format", "clang-tidy"])
_HOMES = {name: family for family, names in _FAMILIES.items() for name in names.split()}


def handler(name: str) -> "Handler | None":
    """What works out a call of the program `name`, None for one that nobody knows."""
    family = _HOMES.get(name)
    if family is None:
        plain = name.rstrip("0123456789.").rstrip("-")
        if plain != name and plain in _NUMBERED:
            return handler(plain)
        return reads if name in READERS else None
    module = __import__(f"mcp_server.bash.programs.{family}", None, None, ["TABLE"])
    table: dict[str, Handler] = module.TABLE
    found_handler = table.get(name)
    return found_handler if found_handler is not None else reads if name in READERS else None


def reads(call: "Call") -> None:
    """A program that only reads, and prints what nobody knows."""
    call.prints()
