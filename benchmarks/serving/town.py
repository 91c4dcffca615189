"""A number of subjects -> an installation that holds as many, loaded once and kept, and its database for the peers."""

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from benchmarks.serving.peers import CREDIT_GATEWAY, PEERS, ROOT
from gateway.database import embedded

DAY = "2026-05-20"
"""The business date of the fixture, whose matters and operators are used."""

CODES = 1000
"""Organisations that are asked about in turn: with ten records to show and a measure."""

_CODES = """
    SELECT uscc FROM bench.subject AS s
    WHERE (SELECT count(*) FROM bench.record WHERE subject_id = s.id) >= 10
      AND EXISTS (SELECT FROM bench.measure WHERE subject_id = s.id)
    ORDER BY md5(uscc) LIMIT $1
"""
_COUNTS = "SELECT (SELECT count(*) FROM subject), (SELECT count(*) FROM record), (SELECT count(*) FROM measure)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """``url``: the owner's; ``reader``: of PostGraphile's role, in libpq's variables; ``counts``: rows by table."""

    home: Path
    url: str
    reader: Mapping[str, str]
    codes: tuple[str, ...]
    counts: Mapping[str, int]


def prepared(home: Path, subjects: int) -> Path:
    """The home folder, brought to the tables of this program; where it was not there, loaded with that many subjects
    through the road that departments' files take."""
    kept = home / "benchmark.json"
    if kept.exists():
        _credit_gateway("migrate", "--home", str(home))
        return home
    shutil.rmtree(home, ignore_errors=True)
    _credit_gateway("demo", "--home", str(home), "--at", DAY, "--no-serve")
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "city"
        _credit_gateway("city", "--subjects", str(subjects), "--out", str(files))
        start = time.monotonic()
        _credit_gateway("load", "--home", str(home), *map(str, sorted(files.iterdir())))
    kept.write_text(json.dumps({"subjects": subjects, "seconds": round(time.monotonic() - start)}), "utf-8")
    return home


def _credit_gateway(*arguments: str) -> None:
    """Errors: ``CalledProcessError`` where the command fails or sets a row aside; it says itself what is wrong."""
    subprocess.run((*CREDIT_GATEWAY, *arguments), cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr)


@contextmanager
def opened(home: Path) -> Iterator[str]:
    """The owner's URL of its database, which runs for the time of the block."""
    server = embedded.start(home)
    try:
        yield server.url
    finally:
        server.stop()


async def settle(home: Path, url: str) -> Town:
    """Make the views and roles of the peers, gather statistics, and choose whom to ask about."""
    secret = secrets.token_urlsafe()
    connection = await asyncpg.connect(url)
    try:
        words = {
            "{today}": DAY,
            "{secret}": secret,
            "{database}": await connection.fetchval("SELECT current_database()"),
        }
        for name in ("views.sql", "postgraphile/security.sql"):
            await connection.execute(_filled((PEERS / name).read_text("utf-8"), words))
        for table in ("subject", "record", "measure", "agency", "link"):
            await connection.execute(f"VACUUM (ANALYZE) {table}")
        codes = [row["uscc"] for row in await connection.fetch(_CODES, CODES)]
        counts = dict(zip(("subjects", "records", "measures"), await connection.fetchrow(_COUNTS), strict=True))
    finally:
        await connection.close()
    return Town(home=home, url=url, reader=_variables(url, secret), codes=tuple(codes), counts=counts)


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _variables(url: str, secret: str) -> dict[str, str]:
    parts = urlsplit(url)
    place = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "PGHOST": place["host"],
        "PGPORT": place["port"],
        "PGDATABASE": parts.path.strip("/"),
        "PGUSER": "bench_login",
        "PGPASSWORD": secret,
    }
