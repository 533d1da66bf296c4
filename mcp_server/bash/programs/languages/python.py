"""What Python code writes, as far as its syntax tree shows it."""

from mcp_server.bash.programs import named_by
from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

    from mcp_server.bash.call import Call

_MODULES = frozenset(
    """
    abc argparse array ast base64 binascii bisect calendar cmath collections contextlib copy csv dataclasses datetime
    decimal difflib dis email enum fnmatch fractions functools getpass glob hashlib heapq hmac html inspect io itertools
    json keyword locale math numbers operator os pathlib platform pprint random re secrets shlex shutil
    statistics string
    struct sys sysconfig tempfile textwrap time token tokenize tomllib traceback types typing unicodedata
    unittest urllib
    uuid warnings xml zlib zoneinfo __future__ configparser subprocess
    """.split()
)
_DANGERS = frozenset(
    """
    exec eval compile __import__ getattr setattr globals locals vars system popen execv execve execvp execl
    spawnv spawnl
    import_module startfile fork Popen getoutput getstatusoutput call check_call check_output run run_path run_module
    mkstemp NamedTemporaryFile extractall
    """.split()
)
_READING_FLAGS = frozenset(("O_RDONLY", "O_PATH", "O_DIRECTORY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"))
_WRITE_METHODS = frozenset(["write_text", "write_bytes", "touch"])
_PATH_METHODS = {"unlink rmdir": "remove", "mkdir": "make", "chmod": "change", "rename replace": "move"}
_OS_CALLS = {
    "remove unlink rmdir rmtree removedirs": "remove",
    "mkdir makedirs": "make",
    "chmod chown utime": "change",
    "rename renames replace move": "move",
    "truncate mkfifo": "write",
    "copy copy2 copyfile copymode copystat symlink link": "copy",
    "copytree": "tree",
}


def read(call: "Call", text: str, arguments: list[str]) -> None:
    """Record what the code writes with `arguments` as sys.argv, and whether it may write more."""
    import ast as trees  # only where Python is really read

    try:
        tree = None if UNKNOWN in text else trees.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    if tree is None:
        call.runs_anything(f"Cannot tell what the Python code of `{call.name}` writes.")
        return
    _Code(call, trees, arguments).look_over(tree)


class _Code:
    """Python code. Names that are assigned once, to a string or a path, are followed."""

    def __init__(self, call: "Call", trees, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
        self.call = call
        self.trees = trees
        self.arguments = arguments
        self.names: dict[str, str | None] = {}

    def look_over(self, tree: "ast.AST") -> None:
        ast = self.trees
        nodes = list(ast.walk(tree))
        for node in nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                self.names[name] = None if name in self.names else self._text(node.value)
            elif isinstance(node, (ast.For, ast.AugAssign)) and isinstance(node.target, ast.Name):
                self.names[node.target.id] = None
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            elif isinstance(node, ast.Call):
                self._call(node)

    def _import(self, node: "ast.Import | ast.ImportFrom") -> None:
        ast = self.trees
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]  # type: ignore[union-attr]
        if any(module.partition(".")[0] not in _MODULES for module in modules):
            self.call.runs_anything(f"The Python code of `{self.call.name}` imports modules that may write anything.")

    def _call(self, node: "ast.Call") -> None:
        ast = self.trees
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        owner = function.value if isinstance(function, ast.Attribute) else None
        base = owner.id if isinstance(owner, ast.Name) else ""
        if name == "open" and base == "os":
            self._open_descriptor(node)
        elif name == "open":
            self._open(node, owner, base)
        elif base in ("os", "shutil") and (effect := named_by(_OS_CALLS, [name])):
            self._effect(effect, [self._text(argument) for argument in node.args])
        elif name in _WRITE_METHODS and owner is not None:
            self._effect("write", [self._text(owner)])
        elif owner is not None and base not in ("os", "shutil", "re") and (effect := named_by(_PATH_METHODS, [name])):
            if self._is_path(owner) or name in ("unlink", "mkdir", "rmdir"):
                self._effect(effect, [self._text(owner), *(self._text(item) for item in node.args)])
        elif name in _DANGERS and base not in ("re", "ast", "json"):
            self._danger(node, base, name)

    def _open(self, node: "ast.Call", owner: object, base: str) -> None:
        is_method = owner is not None and base not in ("io", "codecs", "builtins")
        mode_at = 0 if is_method else 1
        given = [keyword.value for keyword in node.keywords if keyword.arg == "mode"] or node.args[
            mode_at : mode_at + 1
        ]
        mode = self._text(given[0]) if given else "r"
        if mode is None or any(sign in mode for sign in "wax+"):
            path = self._text(owner) if is_method else self._text(node.args[0]) if node.args else None
            self._effect("write", [path])

    def _open_descriptor(self, node: "ast.Call") -> None:
        """`os.open`: writes according to its flags; with `dir_fd` the path is not known."""
        ast = self.trees
        flags = [part.attr for given in node.args[1:2] for part in ast.walk(given) if isinstance(part, ast.Attribute)]
        if flags and _READING_FLAGS.issuperset(flags):
            return
        elsewhere = any(keyword.arg in ("dir_fd", None) for keyword in node.keywords)
        self._effect("write", [None if elsewhere or not node.args else self._text(node.args[0])])

    def _danger(self, node: "ast.Call", base: str, name: str) -> None:
        ast = self.trees
        argument = node.args[0] if node.args else None
        if base in ("subprocess", "os") and isinstance(argument, (ast.List, ast.Tuple)):
            words = [self._text(item) for item in argument.elts]
            if all(word is not None for word in words):
                self.call.run([word or "" for word in words])
                return
        text = self._text(argument) if argument is not None else None
        if base in ("subprocess", "os") and text is not None and isinstance(argument, ast.Constant):
            self.call.run(["sh", "-c", text])
            return
        self.call.runs_anything(f"Cannot tell what the Python code of `{self.call.name}` runs with `{name}`.")

    def _is_path(self, node: object) -> bool:
        ast = self.trees
        return isinstance(node, ast.Call) or self._text(node) is not None

    def _effect(self, how: str, texts: "list[str | None]") -> None:
        path = texts[0] if texts and texts[0] is not None else UNKNOWN
        other = texts[1] if len(texts) > 1 and texts[1] is not None else UNKNOWN
        call = self.call
        if how == "write":
            call.write(path)
        elif how == "remove":
            call.remove(path)
        elif how == "make":
            call.make_directory(path, parents=True)
        elif how == "change":
            call.change_attributes(path)
        elif how == "tree":
            call.write_tree(other)
        else:
            if how == "move":
                call.remove(path)
            into = other != UNKNOWN and call.disk.is_dir(call.shell.locate(other) or "")
            call.write(f"{other.rstrip('/')}/{path.rpartition('/')[2]}" if into and is_known(path) else other)

    def _text(self, node: object) -> "str | None":
        ast = self.trees
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            left, right = self._text(node.left), self._text(node.right)
            if left is None or right is None:
                return None
            return left + right if isinstance(node.op, ast.Add) else f"{left.rstrip('/')}/{right}"
        if isinstance(node, ast.JoinedStr):
            parts = [
                self._text(getattr(value, "value", value)) if not isinstance(value, ast.Constant) else value.value
                for value in node.values
            ]
            return None if any(part is None for part in parts) else "".join(map(str, parts))
        if isinstance(node, ast.Subscript):
            return self._argument(node)
        return self._made_path(node) if isinstance(node, ast.Call) else None

    def _argument(self, node: "ast.Subscript") -> "str | None":
        ast = self.trees
        value, index = node.value, node.slice
        if isinstance(value, ast.Attribute) and value.attr == "argv" and isinstance(index, ast.Constant):
            number = index.value
            if isinstance(number, int) and -len(self.arguments) <= number < len(self.arguments):
                return self.arguments[number]
        return None

    def _made_path(self, node: "ast.Call") -> "str | None":
        ast = self.trees
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in ("Path", "PurePath", "str", "join", "fspath") and not (
            name == "join" and self._joins_text(function)
        ):
            parts = [self._text(argument) for argument in node.args]
            return None if not parts or None in parts else "/".join(part or "" for part in parts)
        return None

    def _joins_text(self, function: object) -> bool:
        ast = self.trees
        owner = getattr(function, "value", None)
        return not (isinstance(owner, ast.Attribute) and owner.attr == "path")
