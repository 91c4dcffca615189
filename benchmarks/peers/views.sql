-- The city as a tendering agency sees its organisations (PM-301): one masking view a table, rows and columns chosen by
-- hand as the gateway's grant chooses them. All peers read these. {today} is the business date; the owner runs this.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

CREATE VIEW bench.agency WITH (security_invoker) AS SELECT id, name FROM public.agency;

CREATE VIEW bench.subject WITH (security_invoker) AS
  SELECT id, uscc, name, status, registered_address FROM public.subject WHERE NOT "natural";

CREATE VIEW bench.record WITH (security_invoker) AS
  SELECT id, subject_id, authority_id, item, document_number, decided_on, valid_until, severity,
    CASE WHEN told THEN facts__redact_text END AS facts,
    CASE WHEN told THEN content__redact_text END AS content,
    CASE WHEN publication_until < DATE '{today}' THEN 'PUBLICATION_EXPIRED'
         WHEN term_end < DATE '{today}' THEN 'TERM_EXPIRED'
         WHEN state = 'CORRECTED' OR corrected_on <= DATE '{today}' THEN 'CORRECTED'
         ELSE 'ACTIVE' END AS status
  FROM public.record,
    LATERAL (SELECT item IN ('COMMITMENT', 'LICENCE')
      OR (item IN ('PENALTY', 'DEFAULTER', 'ABNORMAL_OPERATION', 'SERIOUS_LIST')
          AND published_from <= DATE '{today}' AND publication_until >= DATE '{today}'
          AND severity IS DISTINCT FROM 'MINOR'
          AND (item <> 'SERIOUS_LIST' OR NOT coalesce(
            jurisdiction IN ('420700', '420799') AND objection_doubtful_from <= DATE '{today}'
            AND (objection_until IS NULL OR objection_until > DATE '{today}'), false))) AS told) AS texts
  WHERE NOT "natural" AND state IN ('ACTIVE', 'CORRECTED') AND NOT sealed AND NOT minor_at_event
    AND decided_on <= DATE '{today}'
    AND (revoked_on IS NULL OR revoked_on > DATE '{today}')
    AND (subject_died_on IS NULL OR subject_died_on > DATE '{today}')
    AND (repaired_on IS NULL OR repaired_on > DATE '{today}')
    AND (item IN ('LICENCE', 'COMMITMENT', 'EVALUATION', 'CONTRACT_PERFORMANCE', 'DEFAULTER')
         OR (item = 'PENALTY' AND decided_on > DATE '{today}' - INTERVAL '3 years')
         OR (item IN ('ABNORMAL_OPERATION', 'SERIOUS_LIST') AND (removed_on IS NULL OR removed_on > DATE '{today}')
             AND (item = 'ABNORMAL_OPERATION' OR term_end IS NULL OR term_end >= DATE '{today}')));

CREATE VIEW bench.measure WITH (security_invoker) AS
  SELECT id, subject_id, record_id, force, starts_on, ends_on,
    CASE WHEN market_subject AND jurisdiction IN ('420700', '420799') AND objection_doubtful_from <= DATE '{today}'
              AND (objection_until IS NULL OR objection_until > DATE '{today}') THEN 'SUSPENDED'
         WHEN in_force_on <= DATE '{today}' THEN 'IN_FORCE'
         ELSE 'PUSHED' END AS status
  FROM public.measure
  WHERE NOT "natural" AND pushed_on <= DATE '{today}'
    AND (rejected_on IS NULL OR rejected_on > DATE '{today}')
    AND (lifted_on IS NULL OR lifted_on > DATE '{today}')
    AND (ends_on IS NULL OR ends_on >= DATE '{today}');
