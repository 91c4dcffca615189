"""Settings from the environment: defaults, limits, what is refused, and what the listing shows."""

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway.settings import PREFIX, Settings, SettingsError, read_settings


def given(**values: str) -> Settings:
    return read_settings({PREFIX + name: value for name, value in values.items()})


def test_an_empty_environment_is_a_trial_on_this_machine() -> None:
    settings = read_settings({})

    assert settings.home == Path("~/.credit-gateway").expanduser()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.database_url is None
    assert (settings.ledger_commit_timeout, settings.ledger_seal_limit, settings.ledger_witness_limit) == (
        2,
        300,
        14400,
    )
    assert settings.doubts() == ()


def test_the_option_goes_before_the_variable() -> None:
    environment = {"CREDIT_GATEWAY_HOME": "/srv/one"}

    assert read_settings(environment).home == Path("/srv/one")
    assert read_settings(environment, home=Path("/srv/two")).home == Path("/srv/two")


def test_folders_lie_under_home_which_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    settings = read_settings({}, home=Path("city"))

    assert settings.keys_folder == tmp_path / "city" / "keys"
    assert settings.database_folder == tmp_path / "city" / "database"
    assert settings.ledger_folder == tmp_path / "city" / "ledger"


def test_the_public_address_follows_the_server_and_has_no_slash_at_its_end() -> None:
    assert given(HOST="::1", PORT="9000").public_url == "http://[::1]:9000"
    settings = given(PUBLIC_URL="https://credit.test/")
    assert (settings.public_url, settings.token_audience) == ("https://credit.test", "https://credit.test/graphql")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "x"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("WORKERS", "0"),
        ("BODY_LIMIT", "10"),
        ("BODY_LIMIT", "999999999999"),
        ("REQUEST_TIMEOUT", "0"),
        ("REQUEST_TIMEOUT", "nan"),
        ("REQUEST_TIMEOUT", "1e9"),
        ("REQUEST_TIMEOUT", "."),
        ("GRAPHIQL", "maybe"),
        ("PUBLIC_URL", "ftp://credit.test"),
        ("PUBLIC_URL", "credit.test"),
        ("PUBLIC_URL", "https://credit.test/?a"),
        ("PUBLIC_URL", "https://["),
        ("JURISDICTION", "42"),
        ("JURISDICTION", "42010O"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "proxy"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{PREFIX}{name} ") as refused:
        given(**{name: value})
    assert len(value) < 3 or value not in str(refused.value).removeprefix(PREFIX + name)


def test_a_misspelt_variable_is_refused() -> None:
    with pytest.raises(SettingsError, match="CREDIT_GATEWAY_BODY_LIMITS"):
        given(BODY_LIMITS="5000")


def test_variables_of_others_do_not_matter() -> None:
    assert read_settings({"PATH": "/bin", "PORT": "x"}).port == 8000


def test_an_empty_variable_is_the_default() -> None:
    assert given(PORT="", DATABASE_URL=" ").port == 8000
    assert given(DATABASE_URL=" ").database_url is None


def test_values_are_taken() -> None:
    settings = given(
        TRUSTED_PROXIES="10.0.0.0/8, fd00::/8",
        GRAPHIQL="no",
        REQUEST_TIMEOUT="2.5",
        JURISDICTION="420700",
        LEDGER_WITNESS_REQUIRED="true",
    )

    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert (settings.graphiql, settings.request_timeout, settings.jurisdiction) == (False, 2.5, "420700")
    assert settings.ledger_witness_required


def test_the_listing_names_every_setting_once_and_hides_the_password() -> None:
    settings = given(DATABASE_URL="postgresql://owner:hunter2@db/credit", PORT="9000")
    shown = {line.variable: line for line in settings.listing}

    named = {PREFIX + field.name.upper() for field in fields(Settings)} - {PREFIX + "LISTING"}
    assert set(shown) == named
    assert len(settings.listing) == len(shown)
    assert (shown[PREFIX + "PORT"].value, shown[PREFIX + "PORT"].given) == ("9000", True)
    assert (shown[PREFIX + "HOST"].value, shown[PREFIX + "HOST"].given) == ("127.0.0.1", False)
    assert shown[PREFIX + "DATABASE_URL"].value == "(set)"
    assert all(line.about for line in settings.listing)
    assert "hunter2" not in repr(settings) + repr(settings.listing)
    assert settings.database_url == "postgresql://owner:hunter2@db/credit"


def test_what_is_unsafe_outside_a_trial_is_said() -> None:
    assert len(given(PUBLIC_URL="http://credit.test").doubts()) == 2
    assert len(given(PUBLIC_URL="https://credit.test").doubts()) == 1
    assert given(PUBLIC_URL="https://credit.test", GRAPHIQL="no").doubts() == ()


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"PUBLIC_URL": "https://credit.test"}, "production"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000", "PRODUCTION": "yes"}, "production"),
        ({"OIDC_ISSUER": "https://id.test"}, "identity provider"),
    ],
)
def test_nobody_signs_in_as_just_anybody_where_it_is_meant_in_earnest(environment: dict[str, str], why: str) -> None:
    named = {PREFIX + name: text for name, text in environment.items()}
    read_settings(named)

    with pytest.raises(SettingsError, match=why):
        read_settings({**named, f"{PREFIX}DEVELOPMENT_SIGN_IN": "yes"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://localhost", "http://demo.test"])
def test_a_trial_may_let_anybody_sign_in_as_anybody(url: str) -> None:
    found = read_settings({f"{PREFIX}PUBLIC_URL": url, f"{PREFIX}DEVELOPMENT_SIGN_IN": "yes"})

    assert found.development_sign_in
    assert ("Anybody can sign in to the portal as anybody." in found.doubts()) == (url == "http://demo.test")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OIDC_ISSUER", "http://id.test"),
        ("OIDC_ISSUER", "id.test"),
        ("OIDC_ORIGINS", "https://a.test/x"),
        ("OIDC_ORIGINS", "https://a.test; script-src *"),
        ("OIDC_ORIGINS", "http://a.test"),
    ],
)
def test_what_would_not_be_a_provider_is_refused(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({PREFIX + name: text})


def test_an_issuer_stays_as_it_was_written() -> None:
    assert read_settings({f"{PREFIX}OIDC_ISSUER": "https://id.test/city/"}).oidc_issuer == "https://id.test/city/"
