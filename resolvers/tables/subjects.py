"""Subjects (organisations and natural persons in one table), the links between them, and the name search table.

``id`` is HMAC(source, natural key) cut to 63 bits, so that equal cities have equal ids; callers only ever see it
sealed. Columns of natural persons begin with ``person_``; an organisation leaves them null, and the other way round.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text

from resolvers.tables.columns import METADATA, dates, numbers, sealed, text, texts

subject = Table(
    "subject",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("natural", Boolean, nullable=False),
    Column("kind", Text, nullable=False),
    *text("status", "jurisdiction"),
    # organisations
    *text("name", "name_folded"),  # folded: schema.names.fold, for the search by name
    *texts("former_names"),
    Column("uscc", Text, unique=True),
    *texts("other_codes"),  # "KIND value"
    *text("tax_registration_number", "tax_registration_number__tax_no"),
    *text("organisation_form", "industry", "business_scope", "registration_authority", "registered_address"),
    *numbers("registered_capital"),  # fen
    *dates("established_on"),
    *text("office_phone", "office_phone__landline"),
    *sealed("contact_person", "name_surname"),
    *sealed("contact_phone"),
    *text("financials"),  # JSON text
    # natural persons; digests are keyed (HMAC), so a guess cannot be tested without the key
    Column("person_digest", LargeBinary, unique=True),  # id type, number and name together: exact look-up
    Column("person_number_digest", LargeBinary, unique=True),  # id type and number: matching at intake
    *sealed("person_name", "name_surname"),
    *text("person_id_type"),
    *sealed("person_id_number", "id_birth8", "id_court", "id_1_1", "id_full"),
    *text("person_sex", "person_nationality", "person_profession"),
    *sealed("person_birth_date"),
    *numbers("person_birth_year"),
    *dates("person_adult_on", "person_death_date"),  # adult_on: 18th birthday, for lenient treatment only
    *sealed("person_ethnicity"),
    *sealed("person_phone", "phone"),
    *sealed("person_email", "email"),
    *sealed("person_home_address", "addr_county"),
)

link = Table(
    "link",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("organisation_id", BigInteger, ForeignKey("subject.id"), nullable=False),
    Column("person_id", BigInteger, ForeignKey("subject.id")),
    Column("role", Text, nullable=False),
    *text("name", "name__name_surname"),
    *dates("from_date", "to_date"),
    *text("source"),
    Index("link_organisation", "organisation_id", "role"),
    Index("link_person", "person_id"),
)

organisation_name_gram = Table(
    "organisation_name_gram",
    METADATA,
    Column("gram", Text, primary_key=True),  # two neighbouring characters of a name, folded
    Column("subject_id", BigInteger, ForeignKey("subject.id"), primary_key=True),
)
