"""Turns the vendored files of ``static/graphiql`` into the page at GET /graphql and the files that it needs.

Everything comes from this package: no other host is asked, and the page's policy forbids it (vendored.csv names each
file's origin). It never serves a path that was not listed when the process started.
"""

import csv
from importlib import resources

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FILES = resources.files("gateway.http").joinpath("static", "graphiql")
PATH = "/static/graphiql/{name}"
OWN = ("page.js", "page.css")
TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor measures and places its parts with style elements
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def graphiql_page() -> Response:
    """The page; its scripts and styles are relative to the public URL."""
    content = FILES.joinpath("index.html").read_bytes()
    return Response(content, media_type="text/html", headers={"Content-Security-Policy": POLICY})


def graphiql_files() -> Route:
    """Scripts and styles, read once."""
    names = (*(row["file"] for row in vendored()), *OWN)
    held = {
        name: Response(FILES.joinpath(name).read_bytes(), headers={"Content-Type": TYPES[kind]})
        for name in names
        if (kind := name.rpartition(".")[2]) in TYPES
    }

    async def file(request: Request) -> Response:
        found = held.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found

    return Route(PATH, file, methods=["GET"])


def vendored() -> list[dict[str, str]]:
    """Rows of vendored.csv: file, package, version, sha256, change."""
    return list(csv.DictReader(FILES.joinpath("vendored.csv").read_text("utf-8").splitlines()))
