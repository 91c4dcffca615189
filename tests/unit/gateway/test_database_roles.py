"""Names, secrets and statements of the scope roles."""

import json
import re
from itertools import count
from pathlib import Path

import pytest

from gateway.database.roles import (
    FILE,
    Credentials,
    ensure_credentials,
    load_credentials,
    prefix_for,
    role_statements,
    scram_verifier,
    settings_of,
)
from gateway.database.scopes import READ_ONLY, DatabaseRole

SALT = bytes(16)


def credentials() -> Credentials:
    return Credentials(prefix="credit", secrets={role: f"hush-{role}" for role in DatabaseRole})


def test_roles_are_named_after_the_database() -> None:
    assert prefix_for("credit") == "credit"
    assert prefix_for("wuhan") == "credit_wuhan"
    assert Credentials(prefix="credit", secrets={}).name(DatabaseRole.LEDGER_WRITER) == "credit_ledger_writer"


@pytest.mark.parametrize("database", ["Wuhan", "wu-han", "x" * 60, 'a"; DROP ROLE b; --', "信用"])
def test_a_name_unfit_for_a_role_is_digested(database: str) -> None:
    prefix = prefix_for(database)
    assert prefix.startswith("credit_")
    assert prefix.removeprefix("credit_").isalnum()
    assert prefix != prefix_for(database + "x")


def test_secrets_are_drawn_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = ensure_credentials(tmp_path, "credit")
    assert ensure_credentials(tmp_path, "other") == first == load_credentials(tmp_path)
    assert len(set(first.secrets.values())) == len(DatabaseRole)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_role_added_later_gets_a_secret_and_the_others_keep_theirs(tmp_path: Path) -> None:
    first = ensure_credentials(tmp_path, "credit")
    stored = json.loads((tmp_path / FILE).read_text("utf-8"))
    del stored["secrets"]["self"]
    (tmp_path / FILE).write_text(json.dumps(stored), "utf-8")
    numbers = count()
    second = ensure_credentials(tmp_path, "credit", lambda: f"drawn-{next(numbers)}")
    assert second.secrets == {**first.secrets, DatabaseRole.SELF: "drawn-0"}


def test_without_its_file_there_are_no_credentials(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_credentials(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"prefix": "credit"}', '{"prefix": "credit", "secrets": {}}'])
def test_a_file_that_lacks_a_secret_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(ValueError, match="does not hold the secrets"):
        load_credentials(tmp_path)


def test_no_statement_and_no_representation_holds_a_secret() -> None:
    statements = role_statements(credentials(), frozenset(), lambda: SALT)
    assert "hush" not in " ".join(statements)
    assert "hush" not in repr(credentials())


def test_a_role_is_created_without_attributes_and_only_where_it_is_missing() -> None:
    statements = role_statements(credentials(), frozenset({"credit_self"}), lambda: SALT)
    created = [statement for statement in statements if statement.startswith("CREATE")]
    assert created == [
        f"CREATE ROLE credit_{role} LOGIN NOINHERIT" for role in DatabaseRole if role is not DatabaseRole.SELF
    ]


def test_a_verifier_depends_on_secret_and_salt() -> None:
    """That it is the right one is shown by every test that logs in."""
    assert re.fullmatch(r"SCRAM-SHA-256\$1:A{22}==\$[\w+/]{43}=:[\w+/]{43}=", scram_verifier("hush", SALT))
    assert len({scram_verifier(secret, salt) for secret in ("a", "b") for salt in (SALT, SALT[1:])}) == 4


@pytest.mark.parametrize("role", DatabaseRole)
def test_roles_that_only_read_start_read_only(role: DatabaseRole) -> None:
    assert settings_of(role)["default_transaction_read_only"] == ("on" if role in READ_ONLY else "off")
