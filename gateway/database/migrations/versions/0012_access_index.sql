-- By what officers search the log (docs/decisions/0008). Drawn from the leaves after they were written, so that writing
-- them costs nothing more; it can be emptied and drawn again at any time, and proves nothing.

CREATE TABLE audit_index (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    principal text NOT NULL,
    purpose text,
    decision text NOT NULL,
    level text,
    document bytea,
    consent uuid,
    coordinates text[] NOT NULL
);
CREATE INDEX audit_index_kind ON audit_index (kind, id);
CREATE INDEX audit_index_principal ON audit_index (principal, id);
CREATE INDEX audit_index_purpose ON audit_index (purpose, id);
CREATE INDEX audit_index_decision ON audit_index (decision, id);
CREATE INDEX audit_index_level ON audit_index (level, id);
CREATE INDEX audit_index_document ON audit_index (document, id);
CREATE INDEX audit_index_consent ON audit_index (consent, id) WHERE consent IS NOT NULL;
CREATE INDEX audit_index_coordinates ON audit_index USING gin (coordinates);

-- How far each chain has been drawn.
CREATE TABLE audit_indexed (
    writer uuid PRIMARY KEY,
    wseq bigint NOT NULL
);

-- Draws at most so many leaves, the oldest of each chain first, and says how many it drew. Whoever waits for another
-- that draws sees, in statements of its own, what that one has drawn.
CREATE FUNCTION audit_index_extend(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    drawn bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_writer AS chain LEFT JOIN audit_indexed AS upto USING (writer)
        WHERE chain.last_wseq > coalesce(upto.wseq, -1)
    ) THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(1635083369);
    WITH leaves AS (
        SELECT pending.writer, pending.wseq, pending.id, convert_from(pending.leaf, 'UTF8')::jsonb AS leaf
        FROM audit_writer AS chain LEFT JOIN audit_indexed AS upto USING (writer)
        JOIN audit_pending AS pending ON pending.writer = chain.writer AND pending.wseq > coalesce(upto.wseq, -1)
        WHERE chain.last_wseq > coalesce(upto.wseq, -1)
        ORDER BY pending.writer, pending.wseq
        LIMIT most
    ), indexed AS (
        INSERT INTO audit_index (id, kind, principal, purpose, decision, level, document, consent, coordinates)
        SELECT id, leaf ->> 'kind', leaf ->> 'principal',
            CASE jsonb_typeof(leaf -> 'purpose') WHEN 'string' THEN leaf ->> 'purpose' END,
            leaf -> 'decision' ->> 'result',
            CASE
                WHEN leaf -> 'counts' -> 'fields' ? 'full' THEN 'CLEAR'
                WHEN leaf -> 'counts' -> 'fields' ? 'masked' THEN 'MASKED'
                WHEN leaf -> 'counts' -> 'fields' ? 'summary' THEN 'SUMMARY'
                WHEN leaf -> 'counts' -> 'fields' ? 'verdict' THEN 'VERDICT'
                WHEN leaf -> 'counts' -> 'fields' ? 'withheld' THEN 'WITHHELD'
            END,
            decode(leaf -> 'query' ->> 'doc', 'hex'), (leaf ->> 'consent')::uuid,
            ARRAY(
                SELECT DISTINCT unnest(told.clear_coordinates)
                FROM audit_disclosure AS told WHERE told.entry_id = leaves.id
            )
        FROM leaves
        ON CONFLICT (id) DO NOTHING
    ), upto AS (
        INSERT INTO audit_indexed (writer, wseq)
        SELECT writer, max(wseq) FROM leaves GROUP BY writer
        ON CONFLICT (writer) DO UPDATE SET wseq = excluded.wseq
    )
    SELECT count(*) INTO drawn FROM leaves;
    RETURN drawn;
END
$$;
