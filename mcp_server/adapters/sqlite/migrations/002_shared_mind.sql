-- The task list and the shared state as text that people edit too, hand-overs as files, and what a checkpoint tells.

ALTER TABLE task ADD COLUMN unscoped INTEGER NOT NULL DEFAULT 0;    -- 1: nobody has said yet what it may write

-- The task list as text: what it said lately, newest last. The older ones tell what a person started from who saves the
-- list only now. `event` is the last event that the text shows; `ours`: written by Interlock, not only read.
CREATE TABLE list_version (
    id INTEGER PRIMARY KEY, event INTEGER NOT NULL, ours INTEGER NOT NULL, length INTEGER NOT NULL, text BLOB NOT NULL
);

-- Entries again, for ids that are never used twice: a block may outlive the status it was written for.
ALTER TABLE entry RENAME TO entry_before;
DROP INDEX entry_kind;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL, agent INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    revision TEXT, uncommitted INTEGER,
    doubt TEXT,                         -- what spoke against it when it was written
    shown INTEGER NOT NULL DEFAULT 0,   -- 1: it has a block on the page of the shared state
    hidden INTEGER NOT NULL DEFAULT 0   -- 1: a person has taken it off that page
);
INSERT INTO entry (id, at, agent, kind, text, revision, uncommitted)
    SELECT id, at, agent, kind, text, revision, uncommitted FROM entry_before;
DROP TABLE entry_before;
CREATE INDEX entry_kind ON entry (kind, agent);
CREATE INDEX entry_fresh ON entry (id) WHERE shown = 0 AND hidden = 0;

-- The blocks of that page: what stands there for an entry, or did, and since which version of the page.
CREATE TABLE block (
    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, at REAL NOT NULL, agent INTEGER NOT NULL, kind TEXT NOT NULL,
    sign TEXT NOT NULL, text TEXT NOT NULL, version INTEGER NOT NULL,
    place TEXT NOT NULL                 -- here, archived, gone
);
CREATE INDEX block_sign ON block (sign);
CREATE INDEX block_here ON block (id) WHERE place = 'here';

-- Hand-overs that came or went as files, and where each file is.
CREATE TABLE handover (
    id INTEGER PRIMARY KEY, sign TEXT NOT NULL, message INTEGER NOT NULL, task TEXT, name TEXT NOT NULL,
    place TEXT NOT NULL                 -- new, in_progress, completed, sent
);
CREATE INDEX handover_open ON handover (place, sign) WHERE place <> 'completed';

-- The last command of each agent that ran tests.
CREATE TABLE tested (
    agent INTEGER PRIMARY KEY, command TEXT NOT NULL, failed INTEGER NOT NULL, at REAL NOT NULL
) WITHOUT ROWID;

ALTER TABLE message ADD COLUMN times INTEGER NOT NULL DEFAULT 1;    -- how often it was sent before it was read

CREATE INDEX edit_agent ON edit (agent, last_at);

-- Of which claims an agent that was about to stop has been reminded: once each.
CREATE TABLE reminder (
    agent INTEGER NOT NULL, task TEXT NOT NULL, since REAL NOT NULL, PRIMARY KEY (agent, task, since)
) WITHOUT ROWID;
