SELECT json_build_object('data', json_build_object('subject', (
  SELECT json_build_object(
    'name', s.name, 'status', s.status,
    'records', json_build_object('edges', (
      SELECT coalesce(json_agg(json_build_object('node', json_build_object(
        'documentNumber', r.document_number, 'decidedOn', r.decided_on, 'validUntil', r.valid_until,
        'severity', r.severity, 'status', r.status, 'facts', r.facts, 'content', r.content,
        'authority', json_build_object('name', (SELECT name FROM bench.agency WHERE id = r.authority_id))))), '[]')
      FROM (SELECT * FROM bench.record WHERE subject_id = s.id ORDER BY decided_on DESC, id DESC LIMIT 10) AS r)),
    'measures', json_build_object('edges', (
      SELECT coalesce(json_agg(json_build_object('node', json_build_object(
        'status', m.status, 'force', m.force, 'startsOn', m.starts_on, 'endsOn', m.ends_on))), '[]')
      FROM (SELECT * FROM bench.measure AS m
            WHERE subject_id = s.id AND (record_id IS NULL OR EXISTS (
              SELECT FROM public.record AS r WHERE r.id = m.record_id AND NOT r.sealed AND NOT r.minor_at_event
                AND r.state IN ('ACTIVE', 'CORRECTED', 'REVOKED')))
            ORDER BY starts_on DESC, id DESC LIMIT 10) AS m)))
  FROM bench.subject AS s WHERE s.uscc = $1)))::text
