-- The ledger (gateway/ledger/tables.py). Leaves are evidence: nobody changes or removes one, the owner included. Side rows
-- are sealed and may be erased at the end of their retention.

CREATE TABLE audit_writer (
    writer uuid PRIMARY KEY,
    process text NOT NULL,
    started bigint NOT NULL,
    last_wseq bigint NOT NULL,
    closed bigint
);

CREATE TABLE audit_pending (
    writer uuid NOT NULL,
    wseq bigint NOT NULL,
    id uuid NOT NULL,
    leaf bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    t bigint NOT NULL,
    PRIMARY KEY (writer, wseq),
    CONSTRAINT audit_pending_id UNIQUE (id)
);

CREATE TABLE audit_disclosure (
    entry_id uuid NOT NULL,
    n integer NOT NULL,
    subject_ref bytea,
    record_refs bytea[] NOT NULL,
    clear_coordinates text[] NOT NULL,
    salt bytea,
    ct bytea,
    dek_id text NOT NULL,
    PRIMARY KEY (entry_id, n)
);
CREATE INDEX audit_disclosure_record ON audit_disclosure USING gin (record_refs);
CREATE INDEX audit_disclosure_subject ON audit_disclosure (subject_ref, entry_id);

CREATE TABLE audit_actor (
    entry_id uuid PRIMARY KEY,
    operator_ref bytea,
    matter_ref bytea,
    seed bytea,
    ct bytea,
    dek_id text NOT NULL
);
CREATE INDEX audit_actor_matter ON audit_actor (matter_ref, entry_id);
CREATE INDEX audit_actor_operator ON audit_actor (operator_ref, entry_id);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION audit_only_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.closed IS NOT NULL OR NEW.last_wseq < OLD.last_wseq
        OR (NEW.writer, NEW.process, NEW.started) IS DISTINCT FROM (OLD.writer, OLD.process, OLD.started) THEN
        RAISE EXCEPTION 'a chain of the ledger only grows, until it is closed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_pending_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_pending
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_writer_kept BEFORE DELETE OR TRUNCATE ON audit_writer
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_writer_only_forward BEFORE UPDATE ON audit_writer
    FOR EACH ROW EXECUTE FUNCTION audit_only_forward();

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_append_only;
ALTER TABLE audit_writer ENABLE ALWAYS TRIGGER audit_writer_kept;
ALTER TABLE audit_writer ENABLE ALWAYS TRIGGER audit_writer_only_forward;
