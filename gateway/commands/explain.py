"""``explain``: what a document would be shown, and by which article, for a caller; reads nothing."""

import argparse
import json
from pathlib import Path

from authz.principal import PUBLIC, Caller
from gateway.app import named_caller
from gateway.commands.options import Commands, command
from gateway.installation import opened
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "explain", run, "explain a document field by field")
    parser.add_argument("document", type=Path, help="a file with one operation")
    parser.add_argument("--variables", type=json_object, default={}, help="a JSON object")
    parser.add_argument("--client", help="as this client; the public where absent")
    parser.add_argument("--operator", help="staff number")


def json_object(text: str) -> dict[str, object]:
    """Errors: ``ValueError`` for anything else."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with opened(settings) as installation:
        caller = Caller(principal=PUBLIC)
        if options.client:
            caller = await named_caller(installation, options.client, options.operator or "")
        explained = await installation.pipeline.explain(options.document.read_text("utf-8"), options.variables, caller)
    print(json.dumps(explained, ensure_ascii=False, indent=None if options.json else 2))
    return 0
