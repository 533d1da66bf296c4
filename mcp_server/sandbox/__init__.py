"""Where a shell command may write while it runs, and how the kernel confines it to that.

The guard judges a command by its text, and what it changed is checked after it. In between, whichever interpreter or
child process does the writing, the kernel confines the command to its agent's scope:

- before the command, `record` stores what the guard knows: the command, its agent, and the patterns it may write;
- when its shell starts, `match_calls` finds the records that the shell's text belongs to, `rights` which places they
  grant (`temporary`, `caches`, `homes` and `ignored` add what is nobody's), `apply` puts this together, and `landlock`
  (on macOS `macos_profile`) restricts the process; then the shell starts again, confined with all its children;
- while it runs, `supervisor` decides about writes that the kernel could not be told of before: to what does not exist
  yet, and to single files. Where the kernel lets nobody do that, `placeholders` creates the directories beforehand;
- after it, `denials` finds the paths that were refused, and `cleanup` removes what was not used.

The kernel grants a directory with everything below it and cannot exclude anything there. Without a supervisor a scope
with wildcards is therefore widened to the smallest directories that contain all of it. Mode, owner and times of
existing files are not confined at all. The guard and the check afterwards cover both.
"""
