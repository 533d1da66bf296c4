-- What a person looks at, found without looking at all tasks and events.
CREATE INDEX task_stopped ON task (status, seq) WHERE status IN ('blocked', 'review');
CREATE INDEX task_finished ON task (changed_at) WHERE status = 'done';
CREATE INDEX event_for_a_person ON event (id) WHERE kind IN ('budget_warned', 'budget_reached', 'off_track');

ALTER TABLE wait ADD COLUMN first_at REAL;          -- when the command failed first because of this file

-- What a person was notified of: once for each cause.
CREATE TABLE notified (cause TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
