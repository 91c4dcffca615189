-- The log's tree (gateway/ledger/tables.py). Whatever stands in it stays: only a head moves, and only forward.

ALTER TABLE audit_writer ADD COLUMN late boolean NOT NULL DEFAULT false, ADD COLUMN sealed boolean NOT NULL DEFAULT false;
-- Its condition is no column that a commit changes, so that extending a chain touches no index.
CREATE INDEX audit_writer_unsealed ON audit_writer (writer) WHERE NOT sealed;

CREATE TABLE audit_seq (
    shard text NOT NULL,
    idx bigint NOT NULL,
    writer uuid NOT NULL,
    wseq bigint NOT NULL,
    PRIMARY KEY (shard, idx),
    CONSTRAINT audit_seq_leaf UNIQUE (writer, wseq)
);

CREATE TABLE audit_missing (
    writer uuid NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    alert uuid NOT NULL,
    PRIMARY KEY (writer, first),
    CHECK (first <= last)
);

CREATE TABLE audit_tile (
    shard text NOT NULL,
    level integer NOT NULL,
    n bigint NOT NULL,
    data bytea NOT NULL CHECK (octet_length(data) = 8192),
    PRIMARY KEY (shard, level, n)
);

CREATE TABLE audit_head (
    shard text PRIMARY KEY,
    ordinal integer NOT NULL UNIQUE,
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL,
    edge bytea[] NOT NULL,
    frozen boolean NOT NULL DEFAULT false,
    abandoned boolean NOT NULL DEFAULT false CHECK (frozen OR NOT abandoned),
    noted bigint NOT NULL DEFAULT 0 CHECK (noted <= size),
    note bytea
);
-- Hashes do not become shorter by trying.
ALTER TABLE audit_tile ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE audit_head ALTER COLUMN edge SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX audit_head_current ON audit_head (frozen) WHERE NOT frozen;

CREATE TABLE audit_key (
    shard text NOT NULL,
    public bytea NOT NULL CHECK (octet_length(public) = 32),
    since bigint NOT NULL,
    PRIMARY KEY (shard, public)
);

CREATE OR REPLACE FUNCTION audit_only_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.sealed OR (NEW.sealed AND NEW.closed IS NULL) OR NEW.last_wseq < OLD.last_wseq
        OR (OLD.closed IS NOT NULL AND (NEW.last_wseq, NEW.closed) IS DISTINCT FROM (OLD.last_wseq, OLD.closed))
        OR (NEW.writer, NEW.process, NEW.started, NEW.late)
            IS DISTINCT FROM (OLD.writer, OLD.process, OLD.started, OLD.late) THEN
        RAISE EXCEPTION 'a chain of the ledger only grows, until it is closed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION audit_head_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF (NEW.shard, NEW.ordinal) IS DISTINCT FROM (OLD.shard, OLD.ordinal)
        OR NEW.size < OLD.size OR NEW.noted < OLD.noted OR (OLD.frozen AND NOT NEW.frozen)
        OR (OLD.abandoned AND NEW IS DISTINCT FROM OLD)
        OR ((NEW.size = OLD.size OR OLD.frozen)
            AND (NEW.size, NEW.root, NEW.edge) IS DISTINCT FROM (OLD.size, OLD.root, OLD.edge)) THEN
        RAISE EXCEPTION 'a head of the ledger only moves forward' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_seq_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seq
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_missing_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_missing
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_tile_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_tile
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_key
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_forward();

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE audit_seq ENABLE ALWAYS TRIGGER audit_seq_append_only;
ALTER TABLE audit_missing ENABLE ALWAYS TRIGGER audit_missing_append_only;
ALTER TABLE audit_tile ENABLE ALWAYS TRIGGER audit_tile_append_only;
ALTER TABLE audit_key ENABLE ALWAYS TRIGGER audit_key_append_only;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_kept;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_only_forward;
