-- The notices that subjects were shown before they granted (gateway/portal/pages/notice.py), each once, by the SHA-256 of
-- its text: the words of the catalogue, of an institution and of the office change, what somebody agreed to does not.
-- It holds what the request holds, in words: who asks, for what and why; of the subject neither name nor number.
CREATE TABLE consent_notice_text (
    digest bytea PRIMARY KEY,
    text text NOT NULL,
    CONSTRAINT consent_notice_text_hashed CHECK (digest = sha256(convert_to(text, 'UTF8'))),
    CONSTRAINT consent_notice_text_bounded CHECK (octet_length(text) BETWEEN 1 AND 131072)
);

CREATE TRIGGER consent_notice_text_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_notice_text
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
ALTER TABLE consent_notice_text ENABLE ALWAYS TRIGGER consent_notice_text_append_only;

-- INVARIANT: no consent without the text that was shown (PIPL-17, PIPL-23); of those from before, the digest stays.
ALTER TABLE consent ADD CONSTRAINT consent_notice_shown FOREIGN KEY (notice) REFERENCES consent_notice_text NOT VALID;
ALTER TABLE consent DROP CONSTRAINT consent_notice_hashed;
