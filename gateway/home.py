"""The settings that a home folder remembers, so that every command on it speaks of the same installation.

``<home>/settings.env`` holds lines ``CREDIT_GATEWAY_NAME=value``; the environment goes before it. It never holds a
secret: keys and database secrets have files of their own.
"""

from collections.abc import Mapping
from pathlib import Path

from gateway.settings import DEFAULT_HOME, PREFIX, Settings, read_settings

FILE = "settings.env"


def settings_of(environment: Mapping[str, str], home: Path | None = None) -> Settings:
    """The settings of an installation: environment, then the home folder, then defaults. Errors: ``SettingsError``."""
    folder = home or Path(environment.get(f"{PREFIX}HOME") or DEFAULT_HOME).expanduser()
    return read_settings({**remembered(folder), **environment}, home=folder)


def remembered(home: Path) -> Mapping[str, str]:
    path = home / FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {name: value for name, _, value in (line.partition("=") for line in lines) if name.startswith(PREFIX)}


def remember(home: Path, **settings: str) -> None:
    """Keep these settings, by name without the prefix."""
    kept = {**remembered(home), **{PREFIX + name: value for name, value in settings.items()}}
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / FILE).write_text("".join(f"{name}={value}\n" for name, value in sorted(kept.items())), "utf-8")
