-- What is asked for at every look takes as long with a hundred thousand tasks as with a hundred.

-- Where the scopes of open tasks lie, one row for each leading directory: `task.anchors` as rows.
CREATE TABLE task_ground (
    anchor TEXT NOT NULL, task INTEGER NOT NULL REFERENCES task, PRIMARY KEY (anchor, task)
) WITHOUT ROWID;
CREATE INDEX task_ground_task ON task_ground (task);
INSERT OR IGNORE INTO task_ground (anchor, task)
    WITH RECURSIVE part (seq, line, rest) AS (
        SELECT seq, NULL, anchors || char(10) FROM task WHERE anchors <> '' AND status NOT IN ('done', 'dropped')
        UNION ALL
        SELECT seq, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1)
        FROM part WHERE rest <> ''
    )
    SELECT substr(line, 1, instr(line, char(9)) - 1), seq FROM part WHERE line IS NOT NULL;

CREATE INDEX task_open ON task (seq) WHERE status NOT IN ('done', 'dropped');
CREATE INDEX entry_newest ON entry (kind, id) WHERE hidden = 0;
CREATE INDEX agent_here ON agent (id) WHERE ended_at IS NULL;

-- How many tasks are open and done, counted as they change.
INSERT OR REPLACE INTO note (key, value)
    SELECT 'tasks_open', count(*) FROM task WHERE status NOT IN ('done', 'dropped');
INSERT OR REPLACE INTO note (key, value) SELECT 'tasks_done', count(*) FROM task WHERE status = 'done';
CREATE TRIGGER task_added AFTER INSERT ON task BEGIN
    UPDATE note SET value = value + (new.status NOT IN ('done', 'dropped')) WHERE key = 'tasks_open';
    UPDATE note SET value = value + (new.status = 'done') WHERE key = 'tasks_done';
END;
CREATE TRIGGER task_moved AFTER UPDATE OF status ON task
    WHEN (old.status IN ('done', 'dropped') OR new.status IN ('done', 'dropped')) AND old.status <> new.status
BEGIN
    UPDATE note SET value = value + (new.status NOT IN ('done', 'dropped')) - (old.status NOT IN ('done', 'dropped'))
        WHERE key = 'tasks_open';
    UPDATE note SET value = value + (new.status = 'done') - (old.status = 'done') WHERE key = 'tasks_done';
    DELETE FROM task_ground WHERE task = new.seq AND new.status IN ('done', 'dropped');
END;
