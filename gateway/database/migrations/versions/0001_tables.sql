-- Subjects, their records, the measures taken on them, and who may ask: resolvers/tables, as PostgreSQL 15 or later holds them.
-- Closed vocabularies are text with a check. Rights and row security are not here: gateway/database/wall.py applies them
-- after every migration, from privileges.csv.

CREATE TABLE agency (
    id bigint PRIMARY KEY,
    uscc text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    department text,
    supervision_field text,
    level text,
    parent_uscc text,
    jurisdiction text NOT NULL,
    agreement_until date,
    suspended boolean NOT NULL DEFAULT false,
    CONSTRAINT agency_kind_known CHECK (kind IN (
        'GOV_DEPT', 'COURT', 'PUBLIC_INSTITUTION', 'UTILITY', 'BANK', 'CREDIT_SERVICE', 'ASSOCIATION'))
);

CREATE TABLE client (
    client_id text PRIMARY KEY,
    agency_id bigint REFERENCES agency,
    role text NOT NULL,
    jwks text NOT NULL,
    purposes text[],
    dpop_thumbprint text,
    suspended boolean NOT NULL DEFAULT false,
    CONSTRAINT client_role_known CHECK (role IN ('AGENCY', 'BANK', 'AUDIT'))
);

CREATE TABLE operator (
    client_id text NOT NULL REFERENCES client,
    staff_number text NOT NULL,
    agreement_until date,
    trained_until date,
    active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (client_id, staff_number)
);

CREATE TABLE matter (
    client_id text NOT NULL REFERENCES client,
    number text NOT NULL,
    purpose text NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    operators text[],
    PRIMARY KEY (client_id, number)
);

CREATE TABLE matter_party (
    client_id text NOT NULL,
    matter_number text NOT NULL,
    party_digest bytea NOT NULL,
    role text NOT NULL,
    "natural" boolean NOT NULL,
    PRIMARY KEY (client_id, matter_number, party_digest, role),
    FOREIGN KEY (client_id, matter_number) REFERENCES matter (client_id, number)
);
CREATE INDEX matter_party_digest ON matter_party (party_digest);

CREATE TABLE authz_state (
    singleton boolean PRIMARY KEY DEFAULT true,
    policy_version text NOT NULL,
    catalogue_version text NOT NULL,
    business_date date,
    CONSTRAINT authz_state_is_one_row CHECK (singleton)
);

CREATE TABLE wall_item (
    item text PRIMARY KEY,
    published boolean NOT NULL
);

CREATE TABLE subject (
    id bigint PRIMARY KEY,
    "natural" boolean NOT NULL,
    kind text NOT NULL,
    status text,
    jurisdiction text,
    name text,
    name_folded text,
    former_names text[],
    uscc text UNIQUE,
    other_codes text[],
    tax_registration_number text,
    tax_registration_number__tax_no text,
    organisation_form text,
    industry text,
    business_scope text,
    registration_authority text,
    registered_address text,
    registered_capital bigint,
    established_on date,
    office_phone text,
    office_phone__landline text,
    contact_person_ct bytea,
    contact_person__name_surname text,
    contact_phone_ct bytea,
    financials text,
    person_digest bytea UNIQUE,
    person_number_digest bytea UNIQUE,
    person_name_ct bytea,
    person_name__name_surname text,
    person_id_type text,
    person_id_number_ct bytea,
    person_id_number__id_birth8 text,
    person_id_number__id_court text,
    person_id_number__id_1_1 text,
    person_id_number__id_full text,
    person_sex text,
    person_nationality text,
    person_profession text,
    person_birth_date_ct bytea,
    person_birth_year bigint,
    person_adult_on date,
    person_death_date date,
    person_ethnicity_ct bytea,
    person_phone_ct bytea,
    person_phone__phone text,
    person_email_ct bytea,
    person_email__email text,
    person_home_address_ct bytea,
    person_home_address__addr_county text,
    UNIQUE (id, "natural"),
    CONSTRAINT subject_kind_known CHECK (kind IN (
        'NATURAL_PERSON', 'LEGAL_PERSON', 'UNINCORPORATED', 'SOLE_PROPRIETOR', 'FARMER_COOP',
        'GOV_BODY', 'PUBLIC_INSTITUTION', 'SOCIAL_ORG')),
    CONSTRAINT subject_natural_by_kind CHECK ("natural" = (kind = 'NATURAL_PERSON')),
    -- an organisation's row holds nothing of a person, and the other way round: columns can be granted by kind
    CONSTRAINT subject_organisation_only CHECK (NOT "natural" OR num_nonnulls(
        name, name_folded, former_names, uscc, other_codes, tax_registration_number, tax_registration_number__tax_no,
        organisation_form, industry, business_scope, registration_authority, registered_address, registered_capital,
        established_on, office_phone, office_phone__landline, contact_person_ct, contact_person__name_surname,
        contact_phone_ct, financials) = 0),
    CONSTRAINT subject_person_only CHECK ("natural" OR num_nonnulls(
        person_digest, person_number_digest, person_name_ct, person_name__name_surname, person_id_type,
        person_id_number_ct, person_id_number__id_birth8, person_id_number__id_court, person_id_number__id_1_1,
        person_id_number__id_full, person_sex, person_nationality, person_profession, person_birth_date_ct,
        person_birth_year, person_adult_on, person_death_date, person_ethnicity_ct, person_phone_ct,
        person_phone__phone, person_email_ct, person_email__email, person_home_address_ct,
        person_home_address__addr_county) = 0)
);

CREATE TABLE link (
    id bigint PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES subject,
    person_id bigint REFERENCES subject,
    role text NOT NULL,
    name text,
    name__name_surname text,
    from_date date,
    to_date date,
    source text,
    CONSTRAINT link_role_known CHECK (role IN (
        'LEGAL_REP', 'PRINCIPAL', 'EXECUTIVE', 'DIRECTOR', 'SHAREHOLDER', 'DIRECTLY_LIABLE',
        'PRACTITIONER', 'OPERATOR', 'EXPERT', 'GUARDIAN'))
);
CREATE INDEX link_organisation ON link (organisation_id, role);
CREATE INDEX link_person ON link (person_id);

CREATE TABLE organisation_name_gram (
    gram text NOT NULL,
    subject_id bigint NOT NULL REFERENCES subject,
    PRIMARY KEY (gram, subject_id)
);

CREATE TABLE record (
    id bigint PRIMARY KEY,
    subject_id bigint NOT NULL,
    "natural" boolean NOT NULL,
    family text NOT NULL,
    item text NOT NULL,
    category text NOT NULL,
    subcategory text,
    jurisdiction text NOT NULL,
    document_number text,
    document_kind text,
    decided_on date NOT NULL,
    document_effective_on date,
    valid_until date,
    authority_id bigint NOT NULL REFERENCES agency,
    source_unit_id bigint NOT NULL REFERENCES agency,
    severity text,
    polarity text,
    supervision_field text,
    state text NOT NULL,
    quarantine_reasons text[],
    sealed boolean NOT NULL DEFAULT false,
    minor_at_event boolean NOT NULL DEFAULT false,
    published_from date,
    publication_until date,
    publication_basis text,
    repaired_on date,
    repair_stops_publication boolean NOT NULL DEFAULT false,
    repair_stops_sharing boolean NOT NULL DEFAULT false,
    objection_from date,
    objection_doubtful_from date,
    objection_until date,
    revoked_on date,
    corrected_on date,
    subject_died_on date,
    leniency text[],
    party_name_ct bytea,
    party_name__name_surname text,
    party_id_number__id_court text,
    party_sex text,
    party_home_address__addr_county text,
    party_age bigint,
    facts_ct bytea,
    facts__redact_text text,
    content_ct bytea,
    content__redact_text text,
    remark_ct bytea,
    handler_ct bytea,
    attachments text[],
    attachments__redact_text text[],
    licence_kind text,
    document_name text,
    certificate_name text,
    licence_number text,
    licence_number__id_1_1 text,
    licence_state text,
    valid_from date,
    violation_type text,
    penalty_basis text,
    fine_band text,
    suspended_licence text,
    penalty_kinds text[],
    fine_amount bigint,
    confiscated_amount bigint,
    amount bigint,
    measure_kind text,
    result text,
    matter_name text,
    levy_kind text,
    payment_kind text,
    compensation_kind text,
    inspection_kind text,
    title text,
    case_number text,
    court text,
    cause text,
    basis_document text,
    performance text,
    reason text,
    removal_reason text,
    conduct text[],
    parties_ct bytea,
    parties__name_doc text,
    holding_ct bytea,
    holding__redact_text text,
    obligation_ct bytea,
    obligation__redact_text text,
    filed_on date,
    listed_on date,
    removed_on date,
    term_end date,
    notice_date date,
    period_from date,
    period_to date,
    certificate_number_ct bytea,
    certificate_number__id_1_1 text,
    list_type text,
    local_label text,
    list_category text,
    department_level text,
    decision_basis text,
    sanction_warning text,
    removal_conditions text,
    removal_procedure text,
    remedies text,
    notice_document_number text,
    recognising_department_id bigint,
    notice_complete boolean NOT NULL DEFAULT false,
    party_objection_ct bytea,
    contract_number text,
    counterparty text,
    commitment_kind text,
    fulfilment text,
    model text,
    grade text,
    text_ct bytea,
    text__redact_text text,
    evidence_ct bytea,
    evidence__redact_text text,
    statement_ct bytea,
    statement__redact_text text,
    score bigint,
    granted_by text,
    right_kind text,
    right_number text,
    infringement_decision text,
    authorisation text,
    association text,
    revoked boolean NOT NULL DEFAULT false,
    reference_only boolean NOT NULL DEFAULT false,
    FOREIGN KEY (subject_id, "natural") REFERENCES subject (id, "natural"),
    CONSTRAINT record_state_known CHECK (state IN (
        'DRAFT', 'QUARANTINED', 'ACTIVE', 'CORRECTED', 'REVOKED', 'DELETED')),
    CONSTRAINT record_severity_known CHECK (severity IN ('MINOR', 'GENERAL', 'SERIOUS')),
    CONSTRAINT record_polarity_known CHECK (polarity IN ('POSITIVE', 'NEGATIVE', 'NEUTRAL')),
    CONSTRAINT record_family_known CHECK (family IN (
        'Licence', 'Penalty', 'Coercion', 'Confirmation', 'Levy', 'Payment', 'Adjudication',
        'Compensation', 'Reward', 'Inspection', 'Arbitration', 'Judgment', 'Defaulter', 'Profession',
        'AbnormalOperation', 'ListEntry', 'Contract', 'Commitment', 'Evaluation', 'LegalCompliance',
        'Honour', 'IntellectualProperty', 'SelfProvided', 'AssociationReference')),
    -- the person as named in a published record: nothing for organisations, a full name only of court defaulters and of
    -- those honoured, the court's form of the number only of defaulters (WH-二(二)2)
    CONSTRAINT record_party_is_person CHECK ("natural" OR num_nonnulls(
        party_name_ct, party_name__name_surname, party_id_number__id_court, party_sex,
        party_home_address__addr_county, party_age) = 0),
    CONSTRAINT record_party_in_full CHECK (party_name_ct IS NULL OR family IN ('Defaulter', 'Honour')
        OR (family = 'ListEntry' AND list_type IN ('RED', 'MODEL'))),
    CONSTRAINT record_party_of_defaulter CHECK (family = 'Defaulter' OR num_nonnulls(
        party_id_number__id_court, party_sex, party_home_address__addr_county, party_age) = 0)
);
CREATE INDEX record_authority ON record (authority_id, decided_on, id);
CREATE INDEX record_document ON record (document_number);
CREATE INDEX record_newest ON record (decided_on, id);
CREATE INDEX record_item ON record (item, decided_on, id);
CREATE INDEX record_subject ON record (subject_id, decided_on, id);

CREATE TABLE record_person_target (
    record_id bigint NOT NULL REFERENCES record,
    link_id bigint NOT NULL REFERENCES link,
    PRIMARY KEY (record_id, link_id)
);

CREATE TABLE measure (
    id bigint PRIMARY KEY,
    subject_id bigint NOT NULL,
    "natural" boolean NOT NULL,
    record_id bigint REFERENCES record,
    list_entry text NOT NULL,
    category text NOT NULL,
    force text NOT NULL,
    mandatory boolean NOT NULL DEFAULT false,
    market_subject boolean NOT NULL DEFAULT false,
    legal_basis text NOT NULL,
    jurisdiction text NOT NULL,
    initiated_by_id bigint NOT NULL REFERENCES agency,
    executed_by_id bigint REFERENCES agency,
    pushed_on date,
    in_force_on date,
    starts_on date,
    ends_on date,
    lifted_on date,
    rejected_on date,
    lift_reason text,
    objection_from date,
    objection_doubtful_from date,
    objection_until date,
    human_decision_ct bytea,
    FOREIGN KEY (subject_id, "natural") REFERENCES subject (id, "natural"),
    CONSTRAINT measure_category_known CHECK (category IN ('INC', 'ADM', 'MKT', 'IND', 'SOC')),
    CONSTRAINT measure_force_known CHECK (force IN ('COMPULSORY', 'VOLUNTARY'))
);
CREATE INDEX measure_executed_by ON measure (executed_by_id, subject_id);
CREATE INDEX measure_record ON measure (record_id);
CREATE INDEX measure_start ON measure (starts_on, id);
CREATE INDEX measure_subject ON measure (subject_id, starts_on, id);

CREATE TABLE feedback (
    id bigint PRIMARY KEY,
    measure_id bigint NOT NULL REFERENCES measure,
    executed_by_id bigint NOT NULL REFERENCES agency,
    action text NOT NULL,
    applied_on date,
    reported_on date,
    matter_number text,
    result_ct bytea,
    result__redact_text text
);
CREATE INDEX feedback_measure ON feedback (measure_id, reported_on, id);

-- The date on which publication terms, repairs and matters are judged: the demonstration may set one. Bound to its table
-- when it is created and run as its owner, so no caller's search path or privilege changes what it answers.
CREATE FUNCTION wall_today() RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    RETURN coalesce(
        (SELECT business_date FROM authz_state),
        (now() AT TIME ZONE 'Asia/Shanghai')::date
    );
