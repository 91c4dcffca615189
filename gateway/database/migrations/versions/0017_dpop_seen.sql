-- Proofs of possession that were taken (gateway/identity/replay.py): digests of key and identifier, kept until the proof has
-- expired by itself in every process. A table of its own: it turns over with every request of a bank, and is purged often.

CREATE TABLE dpop_seen (
    digest bytea PRIMARY KEY,
    expires bigint NOT NULL
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX dpop_seen_expires ON dpop_seen (expires);
