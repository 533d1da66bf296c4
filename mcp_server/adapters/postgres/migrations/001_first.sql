-- The state of one repository that several machines share: a schema of its own. Each checkout keeps all of it in a mirror,
-- where hooks read it; here is decided what is true. Columns are those of the mirrors' tables; times are seconds since
-- 1970 by this server's clock, flags 0 or 1, ids and tokens numbers that a mirror chose among its own.
--
-- Rows refer to each other without foreign keys: a mirror writes what changed in one transaction, in no order, and what
-- is pruned may still be named.

-- One row. Whoever writes locks it first, so writers come one after another, as they do on a file.
CREATE TABLE state (
    one integer PRIMARY KEY DEFAULT 1 CHECK (one = 1),
    version integer NOT NULL,               -- of this schema
    forgotten bigint NOT NULL DEFAULT 0,    -- changes up to this one may be missing below: what was deleted long ago
    moved_to text, moved_by text            -- the repository went back to a file; NULL: it is here
);

-- The checkouts that mirror this. A number is in the ids that its checkout makes, so it is never used again.
CREATE TABLE mirror (
    number integer PRIMARY KEY CHECK (number BETWEEN 1 AND 4095),
    host text NOT NULL UNIQUE,              -- what people call the machine
    sign text NOT NULL UNIQUE,              -- of the checkout
    person text NOT NULL DEFAULT session_user,
    joined_at double precision NOT NULL,
    seen_at double precision NOT NULL,
    seq bigint NOT NULL DEFAULT 0,          -- the last change that it had then
    version text NOT NULL                   -- of Interlock there
);

-- Every row as it was changed last, in the order in which that happened: what a mirror does not have yet is above a number.
CREATE SEQUENCE change_seq;
CREATE TABLE change (
    kind text NOT NULL, key jsonb NOT NULL,
    seq bigint NOT NULL,
    row jsonb,                              -- NULL: it is gone
    PRIMARY KEY (kind, key)
);
CREATE UNIQUE INDEX change_order ON change (seq);

CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    named jsonb := jsonb_build_array(was -> TG_ARGV[0]);
BEGIN
    IF TG_NARGS > 1 THEN named := named || jsonb_build_array(was -> TG_ARGV[1]); END IF;
    IF TG_NARGS > 2 THEN named := named || jsonb_build_array(was -> TG_ARGV[2]); END IF;
    INSERT INTO change (kind, key, seq, row)
        VALUES (TG_TABLE_NAME, named, nextval('change_seq'), CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE was END)
        ON CONFLICT (kind, key) DO UPDATE SET seq = excluded.seq, row = excluded.row;
    RETURN NULL;
END $$;

CREATE TABLE note (key text PRIMARY KEY, value bigint);

CREATE TABLE agent (
    id bigint PRIMARY KEY,
    name text NOT NULL UNIQUE,
    parent bigint,
    kind text NOT NULL,
    host text, pid bigint, started text,
    worktree text NOT NULL,
    joined_at double precision NOT NULL, seen_at double precision NOT NULL, due_at double precision,
    ended_at double precision, ended_why text,
    wants text, wants_from text, wants_since double precision, wants_token bigint, wants_told bigint NOT NULL DEFAULT 0,
    tick_of text, tick double precision,
    idle_at double precision, prompt_at double precision, prompt_tick double precision,
    type text, can text NOT NULL DEFAULT ''
);
CREATE TABLE identity (key text PRIMARY KEY, agent bigint NOT NULL);

CREATE TABLE task (
    seq bigint PRIMARY KEY,
    id text NOT NULL UNIQUE,
    title text NOT NULL,
    scope text NOT NULL, anchors text NOT NULL, resources text NOT NULL,
    priority bigint NOT NULL,
    tier text, done_when text,
    status text NOT NULL,
    waiting bigint NOT NULL, ready bigint NOT NULL, token bigint,
    failures bigint NOT NULL DEFAULT 0,
    needs text,
    kept bigint NOT NULL DEFAULT 0,
    changed_at double precision NOT NULL,
    unscoped bigint NOT NULL DEFAULT 0,
    role text, capabilities text NOT NULL DEFAULT '[]',
    withheld bigint NOT NULL DEFAULT 0
);
CREATE TABLE dependency (task bigint NOT NULL, needs bigint NOT NULL, PRIMARY KEY (task, needs));

CREATE TABLE lease (
    token bigint PRIMARY KEY,
    holder bigint NOT NULL,
    task bigint,
    resource text,
    scope text NOT NULL,
    purpose text,
    granted_at double precision NOT NULL, seconds double precision NOT NULL,
    taken_by text, taken_at double precision
);
-- Whatever a mirror believes: one claim on a task at a time.
CREATE UNIQUE INDEX lease_one_claim ON lease (task) WHERE task IS NOT NULL AND resource IS NULL AND taken_by IS NULL;
CREATE TABLE ground (
    anchor text NOT NULL, token bigint NOT NULL, pattern text NOT NULL, PRIMARY KEY (anchor, token, pattern)
);
CREATE TABLE task_ground (anchor text NOT NULL, task bigint NOT NULL, PRIMARY KEY (anchor, task));

CREATE TABLE event (
    id bigint PRIMARY KEY, at double precision NOT NULL, agent bigint, kind text NOT NULL, subject text NOT NULL, detail text
);
CREATE TABLE checkpoint (
    id bigint PRIMARY KEY, task bigint NOT NULL, agent bigint NOT NULL, at double precision NOT NULL, text text NOT NULL
);
CREATE TABLE entry (
    id bigint PRIMARY KEY, at double precision NOT NULL, agent bigint NOT NULL, kind text NOT NULL, text text NOT NULL,
    revision text, uncommitted bigint, doubt text,
    hidden bigint NOT NULL DEFAULT 0
);
CREATE TABLE message (
    id bigint PRIMARY KEY, at double precision NOT NULL, sender bigint, recipient text NOT NULL,
    subject text NOT NULL, body text NOT NULL, task bigint, times bigint NOT NULL DEFAULT 1
);
CREATE TABLE delivery (
    agent bigint NOT NULL, message bigint NOT NULL, shown_at double precision, read_at double precision,
    PRIMARY KEY (agent, message)
);

CREATE TABLE review (
    task bigint PRIMARY KEY,
    author bigint NOT NULL, worktree text NOT NULL,
    began_at double precision NOT NULL, asked_at double precision NOT NULL,
    rejected_at double precision, reason text,
    check_command text, check_code bigint, check_lines text, check_log text, check_commit text, checked_at double precision
);
CREATE TABLE usage (
    id bigint PRIMARY KEY,
    agent bigint NOT NULL, task text NOT NULL, model text NOT NULL, day text NOT NULL,
    responses bigint NOT NULL DEFAULT 0, input bigint NOT NULL DEFAULT 0, output bigint NOT NULL DEFAULT 0,
    cache_written bigint NOT NULL DEFAULT 0, cache_read bigint NOT NULL DEFAULT 0,
    UNIQUE (agent, task, model, day)
);
CREATE TABLE budget (
    kind text NOT NULL, subject text NOT NULL, most bigint, spent bigint NOT NULL DEFAULT 0, level bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE TABLE teammate (
    agent bigint PRIMARY KEY,
    lead bigint NOT NULL, expected_at double precision,
    gated bigint NOT NULL DEFAULT 0, waits bigint NOT NULL DEFAULT 0,
    task text, plan text, asked_at double precision
);

CREATE TABLE run (
    seq bigint PRIMARY KEY,
    id text NOT NULL UNIQUE,
    workflow text NOT NULL, text text NOT NULL, given text NOT NULL,
    state text NOT NULL,
    starter bigint NOT NULL,
    begun_at double precision NOT NULL, since double precision NOT NULL, changed_by text, why text,
    tokens bigint, failures bigint
);
CREATE TABLE run_phase (
    run bigint NOT NULL, number bigint NOT NULL,
    name text NOT NULL, state text NOT NULL, since double precision NOT NULL,
    attempt bigint NOT NULL DEFAULT 0,
    host text, pid bigint, started text,
    gate text, words text, log text,
    PRIMARY KEY (run, number)
);
CREATE TABLE run_task (task bigint PRIMARY KEY, run bigint NOT NULL, phase bigint NOT NULL, item text NOT NULL);

CREATE TABLE unmerged (
    task text PRIMARY KEY, host text NOT NULL, branch text NOT NULL, base text NOT NULL, merged text
);

-- The same trigger for each of them, with the columns of its key.
DO $$
DECLARE
    shared record;
BEGIN
    FOR shared IN
        SELECT t.relname AS name, array_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum)) AS keys
        FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey::int2[])
        WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
            AND t.relname NOT IN ('state', 'mirror', 'change')
        GROUP BY t.relname
    LOOP
        EXECUTE format('CREATE TRIGGER log_added AFTER INSERT OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION log_change(%s)',
            shared.name, (SELECT string_agg(quote_literal(key), ', ') FROM unnest(shared.keys) AS key));
        EXECUTE format('CREATE TRIGGER log_changed AFTER UPDATE ON %I FOR EACH ROW '
            'WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION log_change(%s)',
            shared.name, (SELECT string_agg(quote_literal(key), ', ') FROM unnest(shared.keys) AS key));
    END LOOP;
END $$;

-- What a transaction asks for is one call each way: while it waits for an answer everybody else waits for it.

-- What has changed since a number, as JSON: [version, forgotten, moved_to, moved_by, now, [[seq, kind, key, row], …]]. With
-- `locking` nobody else writes until the transaction ends; the changes are read when the lock is there, not before.
CREATE FUNCTION look(since bigint, locking boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found state%ROWTYPE;
    changes text;
BEGIN
    IF locking THEN
        SELECT * INTO found FROM state FOR UPDATE;
    ELSE
        SELECT * INTO found FROM state;
    END IF;
    SELECT '[' || string_agg(concat('[', seq, ',', to_json(kind), ',', key, ',', coalesce(row::text, 'null'), ']'), ',' ORDER BY seq)
        || ']' INTO changes FROM change WHERE seq > since;
    RETURN concat(
        '[', coalesce(found.version::text, 'null'), ',', coalesce(found.forgotten, 0), ',',
        coalesce(to_json(found.moved_to), 'null'), ',', coalesce(to_json(found.moved_by), 'null'), ',',
        extract(epoch FROM clock_timestamp()), ',', coalesce(changes, '[]'), ']');
END $$;

-- Makes the function that writes rows, of the tables as they are now: run after each step that changes them. It takes
-- [[kind, key, changed, before], …]: `changed` are the columns that differ, null where the row goes; `before` is null for a
-- row that is new, else what must still be so. It tells everybody, and returns the number of the last change.
CREATE FUNCTION make_write() RETURNS void LANGUAGE plpgsql AS $make$
DECLARE
    body text := '';
    shared record;
BEGIN
    FOR shared IN
        SELECT t.relname AS name,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(quote_ident(a.attname) || ' = excluded.' || quote_ident(a.attname), ', ' ORDER BY a.attnum)
                FILTER (WHERE a.attnum <> ALL (i.indkey::int2[])) AS puts,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attnum = ANY (i.indkey::int2[])) AS keys,
            string_agg(format('one.%1$I = (r -> 1 ->> %1$L)::%2$s', a.attname, format_type(a.atttypid, NULL)), ' AND ')
                FILTER (WHERE a.attnum = ANY (i.indkey::int2[])) AS is_it
        FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_trigger log ON log.tgrelid = t.oid AND log.tgname = 'log_added'
        WHERE t.relnamespace = current_schema()::regnamespace
        GROUP BY t.relname
    LOOP
        body := body || format($step$
        IF r ->> 0 = %1$L THEN
            IF r -> 2 = 'null' THEN
                DELETE FROM %1$I AS one WHERE %2$s;
            ELSIF r -> 3 = 'null' THEN
                INSERT INTO %1$I (%3$s) SELECT %3$s FROM jsonb_populate_record(NULL::%1$I, r -> 2)
                ON CONFLICT (%4$s) DO %5$s;
            ELSE
                UPDATE %1$I AS one SET (%3$s) = (SELECT %3$s FROM jsonb_populate_record(one, r -> 2))
                WHERE %2$s AND to_jsonb(one) @> (r -> 3);
                IF NOT FOUND AND r -> 3 <> '{}' THEN
                    RAISE EXCEPTION 'a row was changed by somebody who did not lock the state'
                        USING ERRCODE = 'serialization_failure';
                END IF;
            END IF;
            CONTINUE;
        END IF;$step$,
            shared.name, shared.is_it, shared.columns, shared.keys, coalesce('UPDATE SET ' || shared.puts, 'NOTHING'));
    END LOOP;
    EXECUTE format($function$
CREATE OR REPLACE FUNCTION write(rows jsonb) RETURNS bigint LANGUAGE plpgsql AS $write$
DECLARE
    r jsonb;
BEGIN
    FOR r IN SELECT jsonb_array_elements(rows) LOOP%s
        RAISE EXCEPTION 'no table %% is shared', r ->> 0 USING ERRCODE = 'undefined_table';
    END LOOP;
    PERFORM pg_notify('interlock', current_schema());
    RETURN (SELECT last_value FROM change_seq);
END $write$$function$, body);
END $make$;
