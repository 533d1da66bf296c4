-- Runs of workflows: phases of tasks, and the gates between them.
ALTER TABLE task ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;    -- 1: it is not offered, whatever else is true of it
DROP INDEX task_ready;
CREATE INDEX task_ready ON task (priority DESC, seq) WHERE ready = 1 AND withheld = 0;

CREATE TABLE run (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workflow TEXT NOT NULL,
    text TEXT NOT NULL,                     -- of the workflow, as it was at the start
    given TEXT NOT NULL,                    -- its parameters: JSON
    state TEXT NOT NULL,
    starter INTEGER NOT NULL REFERENCES agent,
    begun_at REAL NOT NULL,
    since REAL NOT NULL, changed_by TEXT, why TEXT,
    tokens INTEGER, failures INTEGER        -- its limits; NULL: none
);
CREATE INDEX run_open ON run (seq) WHERE state NOT IN ('stopped', 'done');
CREATE INDEX run_starter ON run (starter);

CREATE TABLE run_phase (
    run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL,
    name TEXT NOT NULL, state TEXT NOT NULL, since REAL NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,     -- counts whenever it changes, or something is run for it
    host TEXT, pid INTEGER, started TEXT,   -- the process that does it
    gate TEXT,                              -- the task with which a person approves it
    words TEXT, log TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX run_gate ON run_phase (gate) WHERE gate IS NOT NULL;

CREATE TABLE run_task (
    task INTEGER PRIMARY KEY REFERENCES task,
    run INTEGER NOT NULL REFERENCES run, phase INTEGER NOT NULL, item TEXT NOT NULL
);
CREATE INDEX run_task_phase ON run_task (run, phase, task);
