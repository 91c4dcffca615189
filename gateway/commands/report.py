"""``report``: the quarterly report of use (使用情况统计), as CSV, as a page to be printed, or as JSON.

It asks the same question that a caller asks by GraphQL, through the same line, so it is logged as any other: under the
name of the caller that was given, who is told no more than by GraphQL.
"""

import argparse
import json

from authz.principal import AUDITOR_ROLE, Caller
from authz.usage import STATISTICS
from gateway.app import named_caller
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command
from gateway.commands.tables import write_csv
from gateway.exchange import COMMAND_LINE, Arrival, GraphQLRequest
from gateway.installation import opened
from gateway.settings import Settings
from gateway.usage.listing import COLUMNS, lines
from gateway.usage.page import page

_FIGURES = "queries verdicts hits measuresApplied refusals"
_OF = "department { name uscc }"
_FOR = f"{_OF} purpose purposeName"
QUESTION = f"""
query Report($jurisdiction: String!, $quarter: String!) STATED {{
  usageReport(jurisdiction: $jurisdiction, quarter: $quarter) {{
    jurisdiction {{ code name }} quarter generatedAt smallGroup ownPart complete
    rows {{ {_FOR} subjects {_FIGURES} }} totals {{ {_OF} {_FIGURES} }}
    duties {{ {_FOR} matters checked }} unchecked {{ {_FOR} number openedOn }}
    measures {{ {_OF} inForce awaitingFeedback }}
    timeliness {{ {_OF} duty dutyLabel workingDays published late }}
    violations {{ {_OF} beyond beyondLabel code attempts }}
  }}
}}
"""


def add(commands: Commands) -> None:
    parser = command(commands, "report", run, "the quarterly report of use by departments, as CSV, HTML or JSON")
    parser.add_argument("--quarter", type=read.text, required=True, help="such as 2026Q2")
    parser.add_argument("--jurisdiction", type=read.text, help="region code; the caller's own where absent")
    parser.add_argument("--client", type=read.name, required=True, help="as this client")
    parser.add_argument("--operator", type=read.name, required=True, help="staff number")
    parser.add_argument("--format", choices=["csv", "html", "json"], default="csv", help="csv where absent")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with opened(settings) as installation:
        caller = await named_caller(installation, options.client, options.operator)
        request = GraphQLRequest(query=_document(caller), variables=_variables(caller, options))
        reply = await installation.pipeline(request, caller, Arrival(address=None, method=COMMAND_LINE))
    answer = json.loads(reply.body)
    if reply.code is not None:
        raise Failure(f"{answer['errors'][0]['message']} ({reply.code})")
    report = answer["data"]["usageReport"]
    if options.json or options.format == "json":
        print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    elif options.format == "html":
        print(page(report))
    else:
        write_csv(COLUMNS, list(lines(report)))
    return 0


def _document(caller: Caller) -> str:
    stated = "" if caller.principal.role == AUDITOR_ROLE else f'@purpose(code: "{STATISTICS}")'
    return QUESTION.replace("STATED", stated)


def _variables(caller: Caller, options: argparse.Namespace) -> dict[str, object]:
    return {"jurisdiction": options.jurisdiction or caller.principal.jurisdiction, "quarter": options.quarter}
