"""``explain``: what a document would be shown, and by which article, for a caller; reads no row.

It asks the same question that a caller asks by GraphQL, through the same line, so it is logged as any other: under the
name of the caller that was given, as named on the command line.
"""

import argparse
import json
from pathlib import Path

from authz.principal import PUBLIC, Caller
from gateway.app import named_caller
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command
from gateway.exchange import COMMAND_LINE, Arrival, GraphQLRequest
from gateway.installation import Installation, opened
from gateway.settings import Settings

QUESTION = """
query Explain($document: String!, $variables: JSON) {
  explain(document: $document, variables: $variables) {
    policyVersion catalogueVersion scope purpose role refusal { code detail }
    fields {
      coordinate path items kind relation published level mask reason
      rules { id allows level basis { citation title documentNumber rank article } }
      nearestFailedCondition rows columns
    }
  }
}
"""


def add(commands: Commands) -> None:
    parser = command(commands, "explain", run, "explain a document field by field")
    parser.add_argument("document", type=read.file, help="a file with one operation")
    parser.add_argument("--variables", type=json_object, default={}, help="a JSON object")
    parser.add_argument("--client", type=read.name, help="as this client; the public where absent")
    parser.add_argument("--operator", type=read.name, help="staff number; with --client")


def json_object(text: str) -> dict[str, object]:
    """Errors: ``ArgumentTypeError`` for anything else."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("must be a JSON object")
    return value


def _no_number(text: str) -> float:
    raise ValueError("NaN and Infinity are no JSON")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if (options.client is None) != (options.operator is None):
        raise Failure("a caller is named by --client and --operator together", 2)
    variables = {"document": _read(options.document), "variables": options.variables}
    async with opened(settings) as installation:
        caller = await _caller(installation, options)
        arrival = Arrival(address=None, method=COMMAND_LINE)
        reply = await installation.pipeline(GraphQLRequest(query=QUESTION, variables=variables), caller, arrival)
    answer = json.loads(reply.body)
    if reply.code is not None:
        raise Failure(f"{answer['errors'][0]['message']} ({reply.code})")
    print(json.dumps(answer["data"]["explain"], ensure_ascii=False, indent=None if options.json else 2))
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Failure("the document is not UTF-8 text", 2) from None


async def _caller(installation: Installation, options: argparse.Namespace) -> Caller:
    if options.client is None:
        return Caller(principal=PUBLIC)
    return await named_caller(installation, options.client, options.operator)
