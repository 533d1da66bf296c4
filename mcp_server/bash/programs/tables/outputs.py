"""Programs that write what an option or an operand names, and otherwise only print."""

from mcp_server.bash.programs.program import READS, Program
from mcp_server.bash.programs.rewriting import rewrite
from mcp_server.bash.programs.tables.own_command import interlock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

_OUTPUT = Program("-o --output")
_PANDOC = "-t -f -r -w -M -V -H -B -A --from --to --read --write --metadata --variable"
_OPENSSL = "-out -keyout -writerand -sigout -certout -CAserial"


def _exiftool(call: "Call") -> None:
    """`exiftool`: it rewrites its files when a tag is assigned, else it shows them."""
    if any(word.startswith("-") and "=" in word for word in call.arguments):
        rewrite(call, [word for word in call.arguments if not word.startswith("-")], "*")
    call.prints()


PROGRAMS: "dict[str, Handler]" = {
    # Nothing here
    "base32 uuencode pbcopy pbpaste xclip xsel wl-copy wl-paste notify-send open xdg-open logger wall lynx w3m links"
    " hexyl csvsql pdftoppm ssh nc ncat netcat telnet socat": READS,
    "sftp ftp": Program(unknown=True),
    # This very plugin, on its command line
    "interlock": interlock,
    # Text and documents
    "scc lizard visidata htmlq": _OUTPUT,
    "radon": Program("-O --output-file"),
    "jsonlint": Program(rewrites="*", only="-i --in-place"),
    "sdiff": Program("-o --output"),
    "mlr miller": Program(possible="@2*", unknown=True, only="-I"),
    "xmlstarlet": Program(
        subcommands={"ed edit": Program(rewrites="*", paths="@-1|@1", only="-L -P")}, otherwise=READS
    ),
    "xan xsv qsv": Program(
        "-o --output", valued="-d -s -c --delimiter --select", subcommands={"split partition": Program("@1/")}
    ),
    "cloc": Program("--out --report-file --csv-out --sql"),
    "pylint": Program("--output --output-file", valued="--rcfile --disable --enable -f -j"),
    "flake8": Program("--output-file", valued="--config --select --ignore --max-line-length --exclude --format"),
    "bandit": Program("-o --output", valued="-c -f -t -s -x -b --format --baseline"),
    "cppcheck": Program("--output-file", possible="--cppcheck-build-dir/", valued="-I -D -U -j"),
    "xxd": Program("@2", valued="-c -g -l -o -s -cols -len -seek -name"),
    "tree": Program("-o", valued="-L -P -I"),
    "shuf": Program("-o --output", valued="-i -n --input-range --head-count"),
    "iconv": Program("-o --output", valued="-f -t --from-code --to-code"),
    "pandoc": Program("-o --output --extract-media/", valued=_PANDOC, runs="-F --filter -L --lua-filter"),
    "jupyter nbconvert": Program("--output-dir/", runs="*", unless="--stdout"),
    "jq": Program(valued="-L -f --arg --argjson --slurpfile --rawfile --indent"),
    "yq dasel": Program(rewrites="*", paths="@2*", only="-i --inplace --in-place -yi"),
    "xmllint": Program("-o --output", valued="--encode --schema --xpath"),
    "tidy": Program("-o -output", rewrites="*", only="-m -modify", valued="-f -w"),
    "asciidoctor": Program("-o|--out-file|-D/|@*%.html", valued="-a -b -r", unless="-"),
    "sphinx-build": Program("@2/", valued="-b -D -d -c -j"),
    "mkdocs": Program("-d/ --site-dir/"),
    "plantuml": Program("-o/|@*%.png", modes={"-testdot -pipe -syntax": READS}),
    "flatc": Program("-o/"),
    "mmdc": Program("-o --output", valued="-i -t -b"),
    "dos2unix unix2dos mac2unix": Program(
        rewrites="*", valued="-c", modes={"-i --info -O": READS, "-n --newfile": Program("@2")}
    ),
    "recode": Program(rewrites="*"),
    "msgfmt": Program("-o|--output-file|messages.mo", valued="-D -d", unless="-c --check"),
    "msgmerge": Program("-o --output-file", valued="-D"),
    "xgettext": Program("-o|--output|messages.po", valued="-L -k -j -D"),
    "pdftotext": Program("@2", valued="-f -l"),
    "qpdf": Program("@-1"),
    # Pictures and sound
    "magick": Program(
        subcommands={"identify compare": READS, "mogrify": Program(rewrites="*")}, otherwise=Program("@-1")
    ),
    "convert composite montage ffmpeg sox": Program("@-1"),
    "optipng mogrify": Program(rewrites="*", unless="-simulate"),
    "exiftool": _exiftool,
    "exiv2": Program(subcommands={"pr print ex extract": READS, "rm ad mo in fi mv": Program(rewrites="*")}),
    "jpegoptim": Program(rewrites="*", valued="-m -d -S"),
    "cwebp": Program("-o", valued="-q -m"),
    "svgo": Program("-o --output", rewrites="svg", paths="@*|-f|--folder", unless="-o --output -s --string"),
    "pngquant": Program("-o|--output|@*%-fs8.png", valued="--ext --quality --speed"),
    "gifsicle": Program("-o --output", rewrites="gif", only="-b --batch"),
    "rsvg-convert": _OUTPUT,
    "inkscape": Program("-o --export-filename --export-png"),
    "dot neato": Program("-o", attached="-T -K -G -N -E -O"),
    "pdflatex xelatex lualatex latexmk latex tex bibtex": Program(
        "-jobname+.+*|--jobname+.+*|./@*%.+*",
        modes={
            "-output-directory --output-directory -outdir": Program("-output-directory/ --output-directory/ -outdir/")
        },
    ),
    # Source code and objects
    "esbuild": Program("--outfile --outdir/ --metafile", valued="--platform --format --target", runs="--serve"),
    "tsup tsdown": Program("-d/ --out-dir/ --outDir/", runs="*"),
    "rollup": Program("-o --file -d/ --dir/", runs="*", valued="-c -i -f -p"),
    "webpack": Program("-o/ --output-path/", runs="*", valued="-c --config --mode"),
    "parcel": Program("--dist-dir/", possible=".parcel-cache/ dist/", runs="*"),
    "vite": Program(
        "--outDir/", possible="dist/ node_modules/.vite/", runs="*", valued="-c --config --port --host --mode"
    ),
    "swc": Program("-o --out-file -d/ --out-dir/", runs="*"),
    "babel": Program("-o --out-file -d/ --out-dir/", runs="*"),
    "tailwindcss": Program("-o --output", runs="-c --config", valued="-i --input --content"),
    "postcss": Program("-o --output -d/ --dir/", rewrites="css", only="-r --replace", runs="--config"),
    "svgr": Program("--out-dir/ -d/"),
    "ncc": Program("-o/ --out/", possible="dist/", runs="*"),
    "quicktype json2ts json-to-ts": Program("-o --out --output"),
    "openapi-typescript": Program("-o --output"),
    "openapi": Program("--output/ -o/"),
    "openapi-generator openapi-generator-cli swagger-codegen": Program(
        subcommands={
            "generate": Program("-o/|--output/|./", valued="-i -g -t -c -l"),
            "validate list help version": READS,
        }
    ),
    "orval graphql-codegen": Program("-o --output", runs="*"),
    "typedoc": Program("--out/ --json", runs="*"),
    "jsdoc": Program("-d/ --destination/", possible="out/", runs="*"),
    "sphinx-apidoc": Program("-o/ --output-dir/"),
    "pdoc": Program("-o/ --output-dir/", runs="*"),
    "datamodel-codegen": Program("--output", valued="--input --input-file-type --output-model-type --class-name"),
    "mockgen": Program("-destination", whole=True, valued="-source -package -mock_names"),
    "stringer": Program("-output", whole=True, valued="-type", runs="*"),
    "swag": Program(subcommands={"init": Program("-o/|--output/|docs/"), "fmt": Program(rewrites="go", paths="-d|.")}),
    "sqlc": Program(subcommands={"compile vet version diff verify": READS}, otherwise=Program(runs="*")),
    "wasm-pack": Program("-d/ --out-dir/", possible="pkg/ target/", runs="*"),
    "protoc": Program(
        "--cpp_out/ --python_out/ --java_out/ --js_out/ --go_out/ --grpc_out/ --ts_out/ --csharp_out/ --ruby_out/"
        " --php_out/ --pyi_out/ --go-grpc_out/ --grpc_python_out/",
        valued="-I --proto_path",
    ),
    "bison": Program("-o|--output|@*%.tab.c", valued="-b"),
    "yacc": Program("-o|y.tab.c", valued="-b"),
    "flex lex": Program("-o|lex.yy.c", valued="-S -P", unless="-t"),
    "m4 gs uudecode age-keygen": Program("-o"),
    "capnp": Program(subcommands={"compile": Program(unknown=True)}, otherwise=READS),
    "gperf": Program("--output-file"),
    "swig": Program("-o --outdir/"),
    "thrift": Program("-out/ -o/"),
    "cpp": Program("-o @2", valued="-D -I -U"),
    "ld": Program("-o|a.out", valued="-l -L -T -m"),
    "strip": Program("-o", rewrites="*", unless="-o"),
    "ranlib": Program(rewrites="*"),
    "objcopy": Program("@-1|@1", valued="-I -O -j -R -K"),
    "cbindgen": Program("-o --output", valued="-c -l"),
    "xsltproc wat2wasm wasm2wat bindgen": _OUTPUT,
    "sass lessc": Program("@2"),
    "stylus": Program("-o --out"),
    "pug": Program("-o/ --out/"),
    # Databases
    "pg_dump": Program("-f --file", valued="-h -p -U -d -t -n -T -N"),
    "mysqldump": Program("-r --result-file", valued="-u -h -P -p"),
    "psql": Program("-o --output -L", valued="-h -p -U -d -c -f -v -F"),
    "mysql": Program(valued="-u -h -P -p -e -D"),
    "mongodump": Program("-o/ --out/"),
    "redis-cli": Program("--rdb"),
    # Keys
    "gpg": Program("-o --output", valued="-r -u --recipient --local-user"),
    "age": Program("-o --output", valued="-r -i -R"),
    "htpasswd": Program("@1", modes={"-n -nb -nbB -nB -v": READS}),
    "keytool": Program(
        "-keystore -file", valued="-alias -storepass", modes={"-list -printcert -help": READS}, whole=True
    ),
    "mkcert": Program("-cert-file -key-file", unknown=True, unless="-install -uninstall -CAROOT", whole=True),
    "openssl": Program(_OPENSSL, subcommands={"ca": Program(_OPENSSL, unknown=True)}),
    "ssh-keygen": Program(
        "-f -f+.pub",
        valued="-t -b -N -C -O -I -m -n -V -D -E -R -S -T -Z -a -s -w -P -M -r -Y",
        modes={"-l -F -y -e -B -Q -Y": READS, "-p -R -c -A": Program("-f", valued="-R -N -P -C")},
    ),
    # From the network
    "http https axel": _OUTPUT,
    "aria2c": Program("-o --out -d/ --dir/ -l --log"),
    "gh glab hub": Program(
        valued="-R --repo",
        subcommands={
            "repo": Program(
                subcommands={"clone": Program("@2/|./@1/"), "sync": Program(unknown=True)}, otherwise=READS
            ),
            "pr mr": Program(subcommands={"checkout": Program(unknown=True)}, otherwise=READS),
            "run release": Program(
                subcommands={"download": Program(unknown=True, modes={"-D --dir": Program("-D/ --dir/")})},
                otherwise=READS,
            ),
            "gist": Program(subcommands={"clone": Program(unknown=True)}, otherwise=READS),
            "codespace": Program(subcommands={"cp": Program(unknown=True)}, otherwise=READS),
            "extension": Program(subcommands={"exec": Program(runs="*")}, otherwise=READS),
            "co": Program(unknown=True),
        },
    ),
    # Files
    "unar unrar rar": Program("-o/|--output-directory/|./", valued="-e -p -k"),
    "cpio": Program(
        "-O",
        valued="-C -E -F -H -M -R -I -D --directory --file --format --pattern-file",
        modes={
            "-t --list": READS,
            "-i --extract": Program("-D/|--directory/|./", valued="-E -F -H -I"),
            "-p --pass-through": Program("@1/"),
        },
    ),
    "fallocate": Program("@*", valued="-l -o --length --offset"),
    "unlink": Program(removes="@1"),
    "trash trash-put rimraf": Program(removes="@*"),
    "gio": Program(subcommands={"trash": Program(removes="@*")}),
    "split": Program("@2+*|x+*", valued="-a -b -C -l -n -t --lines --bytes --suffix-length --number --filter"),
    "csplit": Program("-f+*|--prefix+*|xx+*", valued="-b -n --suffix-format --digits"),
    # Editors for people
    "emacs nano pico micro": Program("@*"),
}
