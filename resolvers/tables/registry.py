"""Who may ask: agencies, their clients, operators and matters; and the one row that names the policy in force."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
)

from resolvers.tables.columns import METADATA, dates, text, texts

agency = Table(
    "agency",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("uscc", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column(
        "kind", Text, nullable=False
    ),  # GOV_DEPT, COURT, PUBLIC_INSTITUTION, UTILITY, BANK, CREDIT_SERVICE, ASSOCIATION
    *text("department", "supervision_field", "level", "parent_uscc"),  # department: leaf of policies/trees/roles.csv
    Column("jurisdiction", Text, nullable=False),
    *dates("agreement_until"),
    Column("suspended", Boolean, nullable=False, server_default="false"),
    *text("contact"),  # for persons: a telephone number, or the address of a page
)

client = Table(
    "client",
    METADATA,
    Column("client_id", Text, primary_key=True),
    Column("agency_id", BigInteger, ForeignKey("agency.id")),  # null: the auditors' client
    Column("role", Text, nullable=False),  # AGENCY, BANK, CREDIT_SERVICE, AUDIT
    Column("jwks", Text, nullable=False),  # public keys, JSON
    *texts("purposes"),
    *text("dpop_thumbprint"),
    Column("suspended", Boolean, nullable=False, server_default="false"),
)

operator = Table(
    "operator",
    METADATA,
    Column("client_id", Text, ForeignKey("client.client_id"), primary_key=True),
    Column("staff_number", Text, primary_key=True),
    *dates("agreement_until", "trained_until"),
    Column("active", Boolean, nullable=False, server_default="true"),
)

matter = Table(
    "matter",
    METADATA,
    # numbers are the agencies' own: two of them may use the same
    Column("client_id", Text, ForeignKey("client.client_id"), primary_key=True),
    Column("number", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    *dates("closed_on"),
    *texts("operators"),
    Column("revision", BigInteger, nullable=False, server_default="0"),  # drawn by triggers at every change
)

matter_party = Table(
    "matter_party",
    METADATA,
    Column("client_id", Text, primary_key=True),
    Column("matter_number", Text, primary_key=True),
    Column(
        "party_digest", LargeBinary, primary_key=True
    ),  # persons: as subject.person_digest; organisations: keyed digest of the USCC
    Column("role", Text, primary_key=True),
    Column("natural", Boolean, nullable=False),
    ForeignKeyConstraint(["client_id", "matter_number"], ["matter.client_id", "matter.number"]),
    Index("matter_party_digest", "party_digest"),
)

authz_state = Table(
    "authz_state",
    METADATA,
    Column("singleton", Boolean, primary_key=True, server_default="true"),
    Column("policy_version", Text, nullable=False),
    Column("catalogue_version", Text, nullable=False),
    Column("business_date", Date),  # null: today, in Asia/Shanghai
    Column("bundle", Text),  # the signed bundle that holds this version
    Column("freezes", BigInteger, nullable=False, server_default="0"),  # changes of what is frozen, by triggers
    CheckConstraint("singleton", name="authz_state_is_one_row"),
)

wall_item = Table(
    "wall_item",
    METADATA,
    Column("item", Text, primary_key=True),
    Column("published", Boolean, nullable=False),  # the catalogue lets this item be published
)
