-- The state of one repository. Times are seconds since 1970; lists are JSON, but for patterns, which hold no
-- line feed and are joined by one. A lease lives as long as its holder is active: it carries a length, and its end
-- is counted from the holder's `seen_at`, so that renewing all leases of an agent writes a single row.

CREATE TABLE note (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE agent (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    parent INTEGER REFERENCES agent,
    kind TEXT NOT NULL,                 -- session, subagent, connection, person
    host TEXT, pid INTEGER, started TEXT,
    worktree TEXT NOT NULL,
    joined_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    due_at REAL,                        -- when the first of its leases may lapse; NULL: nothing to watch
    ended_at REAL, ended_why TEXT,
    wants TEXT, wants_from TEXT, wants_since REAL
);
CREATE INDEX agent_due ON agent (due_at) WHERE due_at IS NOT NULL;

-- What a caller shows (session, session/subagent, connection, person) and the agent that it is: after /clear one
-- agent has two.
CREATE TABLE identity (key TEXT PRIMARY KEY, agent INTEGER NOT NULL REFERENCES agent) WITHOUT ROWID;

CREATE TABLE task (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    scope TEXT NOT NULL,
    anchors TEXT NOT NULL,              -- "anchor<TAB>pattern" a line: where the scope lies, computed when planned
    resources TEXT NOT NULL,
    priority INTEGER NOT NULL,
    tier TEXT, done_when TEXT,
    status TEXT NOT NULL,
    waiting INTEGER NOT NULL,           -- dependencies that are not done
    ready INTEGER NOT NULL,             -- 1: may be claimed
    token INTEGER,                      -- of the open lease
    failures INTEGER NOT NULL DEFAULT 0,
    needs TEXT,                         -- what a blocked task waits for
    kept INTEGER NOT NULL DEFAULT 0,    -- 1: there are checkpoints or messages for whoever claims it
    changed_at REAL NOT NULL
);
CREATE INDEX task_ready ON task (priority DESC, seq) WHERE ready = 1;

CREATE TABLE dependency (
    task INTEGER NOT NULL REFERENCES task, needs INTEGER NOT NULL REFERENCES task,
    PRIMARY KEY (task, needs)
) WITHOUT ROWID;
CREATE INDEX dependency_needs ON dependency (needs);

-- Open leases, and those taken over whose holder has not been told. The token is the number of the event that
-- granted it, so it grows with every lease and is never used twice.
CREATE TABLE lease (
    token INTEGER PRIMARY KEY,
    holder INTEGER NOT NULL REFERENCES agent,
    task INTEGER REFERENCES task,
    resource TEXT,
    scope TEXT NOT NULL,
    purpose TEXT,
    granted_at REAL NOT NULL,
    seconds REAL NOT NULL,
    taken_by TEXT, taken_at REAL
);
CREATE INDEX lease_holder ON lease (holder);
CREATE INDEX lease_resource ON lease (resource) WHERE resource IS NOT NULL;

-- Where open leases lie: one row for each pattern, by its leading directories.
CREATE TABLE ground (
    anchor TEXT NOT NULL, token INTEGER NOT NULL, pattern TEXT NOT NULL,
    PRIMARY KEY (anchor, token, pattern)
) WITHOUT ROWID;

CREATE TABLE event (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, agent INTEGER, kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT
);

CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY, task INTEGER NOT NULL REFERENCES task, agent INTEGER NOT NULL, at REAL NOT NULL, text TEXT NOT NULL
);
CREATE INDEX checkpoint_task ON checkpoint (task);

CREATE TABLE entry (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, agent INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    revision TEXT, uncommitted INTEGER
);
CREATE INDEX entry_kind ON entry (kind, agent);

CREATE TABLE message (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, sender INTEGER, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    task INTEGER                        -- set while it waits for the next holder of a task
);
CREATE INDEX message_task ON message (task) WHERE task IS NOT NULL;
CREATE TABLE delivery (
    agent INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES message,
    shown_at REAL,                      -- when a hook put it before the reader, whole or in part
    read_at REAL,
    PRIMARY KEY (agent, message)
) WITHOUT ROWID;
CREATE INDEX delivery_unseen ON delivery (agent, message) WHERE shown_at IS NULL AND read_at IS NULL;

-- Who edited what, and when last.
CREATE TABLE edit (
    path TEXT NOT NULL, agent INTEGER NOT NULL, first_at REAL NOT NULL, last_at REAL NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY (path, agent)
) WITHOUT ROWID;

-- Who makes which tool call: written by the hook just before it, taken by the server that answers it.
CREATE TABLE call (id TEXT PRIMARY KEY, agent INTEGER NOT NULL, directory TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;

-- The Bash commands that the kernel holds or that may write, while they run and for a while after: who may have
-- changed what.
CREATE TABLE command (
    id TEXT PRIMARY KEY, agent INTEGER NOT NULL, root TEXT NOT NULL, text TEXT NOT NULL,
    began_at REAL NOT NULL, ended_at REAL, confined INTEGER NOT NULL, may_write INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX command_began ON command (began_at);

-- Whose commands fail because of a path that somebody else is editing, and how often by now.
CREATE TABLE wait (
    agent INTEGER NOT NULL, path TEXT NOT NULL, command TEXT NOT NULL, attempts INTEGER NOT NULL, last_at REAL NOT NULL,
    PRIMARY KEY (agent, path)
) WITHOUT ROWID;
