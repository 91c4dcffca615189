-- Who is signed in to the portal (gateway/portal). "id" is the SHA-256 of the secret that the browser holds: these rows
-- let nobody in. Names, addresses and birth dates are sealed. Times are those of this server.

CREATE TABLE portal_session (
    id bytea PRIMARY KEY,
    subject bigint NOT NULL,
    subject_digest bytea NOT NULL,
    "natural" boolean NOT NULL,
    person bigint NOT NULL,
    person_digest bytea NOT NULL,
    name bytea NOT NULL,
    person_name bytea NOT NULL,
    contact bytea,
    born bytea,
    assurance text NOT NULL,
    authenticated_at timestamptz NOT NULL,
    csrf text NOT NULL,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    fresh_act text,
    fresh_at timestamptz,
    kept bytea,
    CONSTRAINT portal_session_digests CHECK (octet_length(id) = 32 AND octet_length(subject_digest) = 32),
    CONSTRAINT portal_session_self CHECK (NOT "natural" OR (subject = person AND subject_digest = person_digest)),
    CONSTRAINT portal_session_csrf CHECK (length(csrf) = 43),
    CONSTRAINT portal_session_fresh CHECK ((fresh_act IS NULL) = (fresh_at IS NULL))
);
CREATE INDEX portal_session_used ON portal_session (used_at);

-- A sign-in that has begun and not come back. "id" is the SHA-256 of the secret that the browser holds, from which state,
-- nonce and verifier are derived; "session": which one is to be authenticated anew, for what.
CREATE TABLE portal_sign_in (
    id bytea PRIMARY KEY,
    goes_to text NOT NULL,
    session bytea,
    act text,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT portal_sign_in_digest CHECK (octet_length(id) = 32),
    CONSTRAINT portal_sign_in_stays CHECK (goes_to ~ '^/portal(/[A-Za-z0-9_-]+)*/?([?][A-Za-z0-9_=&-]*)?$'),
    CONSTRAINT portal_sign_in_anew CHECK ((session IS NULL) = (act IS NULL))
);
CREATE INDEX portal_sign_in_begun ON portal_sign_in (begun_at);
