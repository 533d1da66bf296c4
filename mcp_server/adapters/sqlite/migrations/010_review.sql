-- The latest review of each task: who asked for it, and what came of it. That a task waits says its status alone.
CREATE TABLE review (
    task INTEGER PRIMARY KEY REFERENCES task,
    author INTEGER NOT NULL REFERENCES agent,   -- held it when review was asked for
    worktree TEXT NOT NULL,                     -- where the author worked
    began_at REAL NOT NULL,                     -- when work on the task began, through all rejections
    asked_at REAL NOT NULL,
    rejected_at REAL, reason TEXT,              -- NULL: it was not, or review was asked for again
    check_command TEXT, check_code INTEGER, check_lines TEXT, check_log TEXT, check_commit TEXT, checked_at REAL
) WITHOUT ROWID;
CREATE INDEX review_author ON review (author);
CREATE INDEX review_rejected ON review (task) WHERE rejected_at IS NOT NULL;

-- What takes a place of those that the limit gives, found without looking at the other tasks.
CREATE INDEX task_review ON task (seq) WHERE status = 'review';

ALTER TABLE landing ADD COLUMN approves INTEGER NOT NULL DEFAULT 0; -- 1: the task is approved with it
