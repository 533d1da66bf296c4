"""The state page (SHARED_MIND.md), which people and agents both write: reads it, and merges changes into it.

Text in, text out: no file, no store, no clock; the standard library alone.

- `page` reads a page: its sections, the blocks in them, and the version of it that a change was made to.
- `wording` is how an entry is written on the page, with what was observed when it was made.
- `layout` writes a changed page, and keeps everything else byte for byte.
- `handover` is the form in which people hand work over.
- `merge` merges the page and the state: neither loses anything.
- `rejoin` adds to a page the lines that were saved just when its writer read another version.
- `errors` has what is raised for a page that cannot be used.

Three rules make it safe to write at the same time. A block is identified by its whole text, so what a person changes
is that person's from then on, and what they did not touch stays byte for byte. The page carries the number of its
version, so a missing block was deleted only if the person's version had it; otherwise they saved an older page, and
the block is restored. And a block is removed from the page only after it is in the archive.
"""
