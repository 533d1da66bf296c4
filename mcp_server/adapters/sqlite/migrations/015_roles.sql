-- Who should work on a task: with which tools, and with what beside them.
ALTER TABLE task ADD COLUMN role TEXT;                          -- NULL: any
ALTER TABLE task ADD COLUMN capabilities TEXT NOT NULL DEFAULT '[]';
