-- Identifiers that may be used once (gateway/identity/replay.py): digests only, kept until they have expired by themselves.

CREATE TABLE used_identifier (
    digest bytea PRIMARY KEY,
    expires bigint NOT NULL
);
CREATE INDEX used_identifier_expires ON used_identifier (expires);
