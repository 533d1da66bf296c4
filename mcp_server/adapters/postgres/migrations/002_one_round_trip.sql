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

DROP FUNCTION demand(bigint);
