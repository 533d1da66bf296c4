"""What would a Bash command write? The command is read, never run.

`reader.read` is the only door. From the text to the answer, each room knowing only those after it:

- `interpret/` walks the syntax tree and finds out what a word in command position runs.
- `programs/` knows what programs write: most of them by `programs/tables`, those with a behaviour of their own
  by functions, a family to a module; `programs/managers` finds the members of a workspace and their manifests.
  `programs/index` finds each by a program's name.
- `call` is one call of a program: its arguments, and methods that say what it writes or runs.
- `state/` is what commands change: the shell (variables, directory, functions, options) and `VirtualDisk`, the disk as
  it would be by then.
- `expand/` expands words as Bash would, as far as their values can be known; `parse/` makes syntax trees, and takes out
  here-documents and whatever else the grammar misreads.
- A `reading` tells apart what is certainly written, what a tool possibly touches, and whether there may be more.
- What can't be known is a *marker* in a text (`unknown`), and a marker that reaches a written path makes the `reading`
  unknown. Nothing is guessed. A text beyond the limits is said to be unread, unless it makes no difference.

An interpreter runs what runs others; `Shell.interpreter` is how the rooms below reach it without importing it.

On the hot path of a hook: modules here import nothing of the standard library while they are loaded.
"""
