"""The vendored page: exactly the files that were looked at, and nothing from anywhere else."""

import hashlib
import re

from gateway.http.graphiql import FILES, OWN, POLICY, vendored

PAGE = FILES.joinpath("index.html").read_text("utf-8")


def test_every_vendored_file_is_the_one_that_was_recorded() -> None:
    for row in vendored():
        assert hashlib.sha256(FILES.joinpath(row["file"]).read_bytes()).hexdigest() == row["sha256"], row["file"]


def test_every_file_is_recorded_or_our_own() -> None:
    recorded = {row["file"] for row in vendored()} | set(OWN) | {"index.html", "vendored.csv"}

    assert {path.name for path in FILES.iterdir()} == recorded


def test_each_package_comes_with_its_licence() -> None:
    for package in ("graphiql", "react"):
        assert "MIT License" in FILES.joinpath(f"{package}.LICENSE").read_text("utf-8")


def test_the_page_names_only_files_that_are_served() -> None:
    named = re.findall(r'(?:src|href)="([^"]+)"', PAGE)

    assert {name.removeprefix("static/graphiql/") for name in named} == {
        path.name for path in FILES.iterdir() if path.name.endswith((".js", ".css"))
    }


def test_nothing_is_asked_of_another_host_and_no_script_stands_in_the_page() -> None:
    assert "://" not in PAGE
    assert not re.search(r"<script>|\bon\w+=", PAGE)
    assert "url(http" not in FILES.joinpath("graphiql.min.css").read_text("utf-8")
    assert "http" not in POLICY
    assert "default-src 'none'; script-src 'self';" in POLICY


def test_the_page_keeps_nothing_in_the_browser() -> None:
    script = FILES.joinpath("page.js").read_text("utf-8")

    assert "storage: memory" in script
    assert "shouldPersistHeaders: false" in script
    assert "localStorage" not in script
