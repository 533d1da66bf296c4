-- A state that mirrors a database which several machines share. All of this is empty where no database is.

CREATE TABLE mirror (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,            -- of this checkout among all; ids that are made here leave it as rest, see `ids`
    host TEXT NOT NULL,                 -- what people call this machine
    sign TEXT NOT NULL DEFAULT '',      -- of this checkout: a copy of it elsewhere has another one, and needs a number
    schema TEXT NOT NULL,               -- of the repository in the database
    seq INTEGER NOT NULL,               -- the last change of the database that is in here
    taken INTEGER NOT NULL DEFAULT 0,   -- the last of these that was not made here
    as_of REAL NOT NULL,                -- when that was, by the database's clock
    ahead REAL NOT NULL DEFAULT 0,      -- how many seconds that clock is ahead of this machine's
    applying INTEGER NOT NULL DEFAULT 0,    -- 1, within a transaction: what changes came from there
    version INTEGER NOT NULL DEFAULT 0, -- of the schema that the triggers were made for
    trouble TEXT                        -- why the database can't be reached; NULL: it can
);

-- Which rows differ from the database, and what they were there: JSON by column; NULL where there was none.
CREATE TABLE outgoing (
    kind TEXT NOT NULL, key TEXT NOT NULL, base TEXT,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- Work that is done on some machine and that the others can't have yet: not merged, or not pushed.
CREATE TABLE unmerged (
    task TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    branch TEXT NOT NULL,
    base TEXT NOT NULL,                 -- the branch that it is going to be merged into
    merged TEXT                         -- the commit that merged it, which is not pushed yet; NULL: not merged
) WITHOUT ROWID;

ALTER TABLE landing RENAME TO pending_merge;
