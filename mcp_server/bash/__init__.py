"""What would a Bash command write? The command is read, never run.

`reader.read` is the only door. From the text to the answer:

- `lifting` takes out what the grammar misreads (here-documents first of all), `syntax` parses, `statements` walks the
  tree, `words` and its neighbours expand every word as Bash would, as far as its value can be known.
- `shell` is the state that commands change: variables, place, functions, options. `world` is the disk as it would be
  by then: what is there, and over it what the command has already made, moved and removed.
- `running` finds out what a word in command position runs; `known/` is the table of what programs write, a family to a
  module, and `known/index` says which module knows which program. A new program is an entry there.
- What can't be known is a *marker* in a text (`marks`), and a marker that reaches a written path makes the reading
  unknown. Nothing is guessed.

On the hot path of a hook: modules here import nothing of the standard library while they are loaded.
"""
