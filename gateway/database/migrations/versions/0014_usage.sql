-- What the quarterly report of use counts of the log (docs/decisions/0011). Each entry is counted when the index of the
-- log draws it, in the same transaction and once; emptied with the index, they are drawn again with it.

CREATE TABLE usage_count (
    quarter date NOT NULL,
    agency_id bigint NOT NULL,
    purpose text NOT NULL,
    queries bigint NOT NULL,
    subjects bigint NOT NULL,
    verdicts bigint NOT NULL,
    hits bigint NOT NULL,
    PRIMARY KEY (quarter, agency_id, purpose)
);

CREATE TABLE usage_refusal (
    quarter date NOT NULL,
    agency_id bigint NOT NULL,
    purpose text NOT NULL,
    code text NOT NULL,
    times bigint NOT NULL,
    PRIMARY KEY (quarter, agency_id, purpose, code)
);

CREATE TABLE usage_subject (
    quarter date NOT NULL,
    agency_id bigint NOT NULL,
    purpose text NOT NULL,
    subject bytea NOT NULL,
    PRIMARY KEY (quarter, agency_id, purpose, subject)
);

CREATE TABLE usage_check (
    client_id text NOT NULL,
    matter_ref bytea NOT NULL,
    PRIMARY KEY (client_id, matter_ref)
);

-- Only what agencies' own clients did is use by a department: not banks, subjects, officers or the public.
CREATE FUNCTION usage_drawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    WITH entry AS (
        SELECT drawn.id, drawn.kind, drawn.principal, coalesce(drawn.purpose, '') AS purpose, client.agency_id, read.leaf,
            date_trunc('quarter', to_timestamp(pending.t / 1000.0) AT TIME ZONE 'Asia/Shanghai')::date AS quarter
        FROM drawn
        JOIN client ON client.client_id = drawn.principal AND client.role = 'AGENCY' AND client.agency_id IS NOT NULL
        JOIN audit_pending AS pending ON pending.id = drawn.id,
        LATERAL (SELECT convert_from(pending.leaf, 'UTF8')::jsonb AS leaf) AS read
        WHERE drawn.kind IN ('release', 'deny')
    ), used AS MATERIALIZED (
        SELECT * FROM entry
        WHERE kind = 'release' AND leaf ->> 'action' = 'query' AND leaf -> 'policy' ->> 'scope' = 'SHARING'
    ), checked AS (
        INSERT INTO usage_check (client_id, matter_ref)
        SELECT DISTINCT used.principal, actor.matter_ref FROM used JOIN audit_actor AS actor ON actor.entry_id = used.id
        WHERE actor.matter_ref IS NOT NULL AND (leaf -> 'counts' ->> 'subjects')::bigint > 0
        ON CONFLICT DO NOTHING
    ), refused AS (
        INSERT INTO usage_refusal AS known (quarter, agency_id, purpose, code, times)
        SELECT quarter, agency_id, purpose, code, sum((leaf -> 'decision' ->> 'times')::bigint)
        FROM entry, jsonb_array_elements_text(leaf -> 'decision' -> 'reasons') AS reason (code)
        WHERE kind = 'deny'
        GROUP BY 1, 2, 3, 4
        ON CONFLICT (quarter, agency_id, purpose, code) DO UPDATE SET times = known.times + excluded.times
    ), subject AS (
        -- the digest is another for each department and purpose: nobody follows a subject from one to the next
        INSERT INTO usage_subject (quarter, agency_id, purpose, subject)
        SELECT DISTINCT quarter, agency_id, purpose,
            substring(sha256(ref || convert_to(concat_ws(' ', quarter, agency_id, purpose), 'UTF8')) FOR 16)
        FROM used JOIN audit_disclosure AS told ON told.entry_id = used.id,
        LATERAL unnest(
            -- organisations of whom the same was told stand in one side row, their digests first
            CASE WHEN told.subject_ref IS NOT NULL THEN ARRAY[told.subject_ref]
                ELSE told.record_refs[1 : coalesce((leaf -> 'released' -> told.n ->> 'n')::integer, 1)] END
        ) AS ref
        ON CONFLICT DO NOTHING
        RETURNING quarter, agency_id, purpose
    ), tally AS (
        SELECT quarter, agency_id, purpose, 1 AS queries, 0 AS subjects,
            coalesce((SELECT sum(value::bigint) FROM jsonb_each_text(leaf -> 'counts' -> 'verdicts')), 0) AS verdicts,
            coalesce((leaf -> 'counts' -> 'verdicts' ->> 'YES')::bigint, 0) AS hits
        FROM used
        UNION ALL
        SELECT quarter, agency_id, purpose, 0, 1, 0, 0 FROM subject
    )
    INSERT INTO usage_count AS known (quarter, agency_id, purpose, queries, subjects, verdicts, hits)
    SELECT quarter, agency_id, purpose, sum(queries), sum(subjects), sum(verdicts), sum(hits) FROM tally
    GROUP BY 1, 2, 3
    ON CONFLICT (quarter, agency_id, purpose) DO UPDATE SET queries = known.queries + excluded.queries,
        subjects = known.subjects + excluded.subjects, verdicts = known.verdicts + excluded.verdicts,
        hits = known.hits + excluded.hits;
    RETURN NULL;
END
$$;

CREATE FUNCTION usage_emptied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_index) THEN
        DELETE FROM usage_count;
        DELETE FROM usage_refusal;
        DELETE FROM usage_subject;
        DELETE FROM usage_check;
    END IF;
    RETURN NULL;
END
$$;

-- By these digests a subject is counted once in a quarter; of quarters before the last one nobody needs them any more.
CREATE FUNCTION usage_forget() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DELETE FROM usage_subject
    WHERE quarter < (SELECT max(quarter) - interval '3 months' FROM usage_count);
$$;

CREATE TRIGGER usage_drawn AFTER INSERT ON audit_index REFERENCING NEW TABLE AS drawn
    FOR EACH STATEMENT EXECUTE FUNCTION usage_drawn();
CREATE TRIGGER usage_emptied AFTER DELETE ON audit_index FOR EACH STATEMENT EXECUTE FUNCTION usage_emptied();
CREATE TRIGGER usage_truncated AFTER TRUNCATE ON audit_index FOR EACH STATEMENT EXECUTE FUNCTION usage_emptied();
ALTER TABLE audit_index ENABLE ALWAYS TRIGGER usage_drawn;
ALTER TABLE audit_index ENABLE ALWAYS TRIGGER usage_emptied;
ALTER TABLE audit_index ENABLE ALWAYS TRIGGER usage_truncated;

-- What the index has drawn before there was anything to count with is drawn again.
DELETE FROM audit_index;
DELETE FROM audit_indexed;
