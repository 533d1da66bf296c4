"""The task list as people write it: Markdown, read and written without touching a byte that does not change.

What is a task: a list item with a box (`- [ ]`, `* [x]`, `1. [!]` …) and some text, anywhere except in a
code block, an HTML comment, a quotation or the front matter. Inside another item with a box it is one only with an id,
else it belongs to that task's text. A list item without a box is a heading like any other: boxes under it are tasks.

What a line says, all but the box optional:

    - [~] **T3** Write unit tests (scope: `tests/auth/**`; after: T1, T2; priority: 2) — @ada

- The id is the one that a reader would name: `**T3**`, `T3`, `**T3. Title**`, `2.1`, `AUTH-12:`, `[AUTH-12](url)`,
  `#15`. What may be one, as `M3:` or `1.`, counts in a list that numbers its tasks that way (`item_id`). A single bold
  word counts only with a note behind the title, or if a task has that id or an `after` names it: `**Important**` is no
  id.
- The note in brackets at the end (square ones, a comment, or behind a dash will do); `files`, `paths`, `needs`,
  `depends on`, `blocked by` and their like are read as well, with or without backticks. They are written with them,
  since GitHub would take `**` for bold. `scope: none` is a task for reading.
- The holder: `— @ada`, `(claimed by ada)`, `— (unclaimed)`; `@ada` alone only where the box says `[~]`, elsewhere it
  may be part of the title.
"""
