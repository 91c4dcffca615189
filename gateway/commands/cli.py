"""``credit-gateway``: arguments -> one command. Exit codes: 0 done, 1 refused or failed, 2 misused."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

import uvloop

from gateway.commands import (
    approval,
    check,
    city,
    client,
    config,
    consent,
    demo,
    explain,
    finding,
    freeze,
    key,
    load,
    log,
    matter,
    migrate,
    operator,
    policy,
    protect,
    report,
    representation,
    schema,
    serve,
    token,
    watch,
)
from gateway.commands.failures import FAILURES, Failure, sentence_of
from gateway.home import settings_of

COMMANDS = (
    *(
        demo,
        serve,
        check,
        migrate,
        load,
        city,
        explain,
        freeze,
        finding,
        approval,
        policy,
        report,
        client,
        operator,
        matter,
        consent,
        representation,
        token,
        key,
        log,
        config,
        watch,
        protect,
        schema,
    ),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; the sentence of a failure goes to standard error."""
    parser = argparse.ArgumentParser(
        prog="credit-gateway", description="GraphQL gateway over municipal public credit information (公共信用信息)."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    try:
        settings = settings_of(os.environ, options.home)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            status: int = runner.run(options.run(settings, options))
        return status
    except KeyboardInterrupt:
        return 1
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.status
    except FAILURES as failure:
        print(sentence_of(failure), file=sys.stderr)
        return 1
