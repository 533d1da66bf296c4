"""The shared state as a page that people and agents both write: what stands there, and what becomes of a change.

Text in, text out: no file, no store, no clock; the standard library alone.

- `page` reads a page: its sections, the blocks in them, and the version of it that a change was made to.
- `wording` says how an entry stands on the page, with what was observed when it was written.
- `layout` writes a page anew, and leaves what nobody changed byte for byte.
- `handover` is the form in which people hand work over.
- `weaving` brings together what the page says and what the state says: neither loses anything.
- `rejoining` gives a page the lines that were saved in the moment in which its writer read another.
- `trouble` is what is said of a page that cannot be used.

Three rules make it safe to write at the same time. A block is known by its whole text, so whatever a person changes
is a person's from then on, and what they did not touch stays byte for byte. The page carries the number of its
version, so that a block which is missing was deleted only if the person had it before them; otherwise they saved an
older page, and it comes back. And a block leaves the page for good only after it stands in the archive.
"""
