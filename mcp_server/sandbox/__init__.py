"""Where may a shell command write while it runs, and how is the operating system told to hold it to that?

The guard judges a command by its text and what is left behind is looked at afterwards; in between, whatever interpreter
or child process does the writing, the kernel holds the command to its agent's scope. A call passes through here so:

- before it, `record` puts down what the guard knows: the command, whose it is, and the patterns that it may write;
- as its shell starts, `calls` tells which records the shell's text belongs to, `rights` says which places those grant
  (with `temporary`, `caches`, `ignored` for what is nobody's), `ghosts` makes first what does not exist yet, and
  `landlock` (on macOS `profile`) tells the kernel; then the shell starts anew, and everything below it is held;
- after it, `denied` reads which paths were refused, and `record.forget` takes away what nobody needed.

The kernel's rights go down a tree and can't be taken away below, so a scope is widened to the smallest directories that
hold all of it. Mode, owner and times of existing files are not held at all. Both are for the guard and the look
afterwards.
"""
