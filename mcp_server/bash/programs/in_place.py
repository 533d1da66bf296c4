"""Files that an editor replaces by its output (`sed -i`, `perl -i`, `awk -i inplace`), and their backups."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call


def edit_in_place(call: "Call", names: list[str], suffix: str) -> None:
    """Files that are replaced by what an editor makes of them, with a backup when there is a suffix."""
    for name in names:
        path = call.shell.real(name)
        if path is not None and not call.disk.may_exist(path):
            continue
        if path is not None and call.disk.is_dir(path):
            continue
        if suffix:
            call.write(backup_name(name, suffix))
        call.replace(name)


def backup_name(name: str, suffix: str) -> str:
    """The backup's name: a `*` in the suffix stands for the name, a slash in it for another directory."""
    if "*" not in suffix:
        return name + suffix
    above, slash, base = name.rpartition("/")
    new = suffix.replace("*", base)
    return new if "/" in suffix else above + slash + new
