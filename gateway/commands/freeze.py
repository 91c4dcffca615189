"""``freeze`` and ``unfreeze``: stop an agency, an operator, an item or a scope at once, in every process."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from authz.frozen import Freeze, Target
from gateway.activation import ITEMS
from gateway.administration import Administration, administered
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.freezes import store
from gateway.freezes.naming import name_of
from gateway.log.vaults import milliseconds
from gateway.settings import Settings

LONGEST = 31 * 24 * 60
_TARGETS = {target.value.lower(): target for target in Target}


def add(commands: Commands) -> None:
    parser = command(
        commands, "freeze", freeze, "stop an agency, operator, item or scope at once; list what was stopped"
    )
    parser.add_argument("target", choices=[*_TARGETS, "list"])
    parser.add_argument("name", type=read.text, nargs="?", help="client, CLIENT/NUMBER, code of an item, or scope")
    minutes = f"end by itself after so many minutes, at most {LONGEST}"
    parser.add_argument("--minutes", type=read.number(1, LONGEST), help=minutes)
    _take_why(parser, required=False)
    lifting = command(commands, "unfreeze", unfreeze, "let it go on")
    lifting.add_argument("target", choices=[*_TARGETS])
    lifting.add_argument("name", type=read.text, help="as it was given to freeze")
    _take_why(lifting, required=True)


def _take_why(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--reason", type=read.text, required=required, help="why; it is kept, so it names nobody")
    parser.add_argument(
        "--by", type=read.text, required=required, metavar="CLIENT/NUMBER", help="the officer who does it"
    )


async def freeze(settings: Settings, options: argparse.Namespace) -> int:
    _check(options)
    async with administered(settings) as administration:
        if options.target == "list":
            await _list(administration, options)
            return 0
        target = _TARGETS[options.target]
        name = await _name(administration, target, options.name)
        by = await (await administration.officers()).named(options.by)
        ends = None if options.minutes is None else milliseconds() + options.minutes * 60_000
        frozen = Freeze(target=target, name=name, ends=ends)
        made = await administration.freezes.impose(frozen, options.reason, by)
    tell(options, {"id": str(made), "target": target.value, "name": name}, f"frozen: {options.target} {options.name}")
    return 0


async def unfreeze(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        target = _TARGETS[options.target]
        name = await _name(administration, target, options.name)
        by = await (await administration.officers()).named(options.by)
        lifted = await administration.freezes.lift(target, name, options.reason, by)
    tell(options, {"lifted": lifted}, f"no longer frozen: {options.target} {options.name}")
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what cannot be meant."""
    given = (options.name, options.reason, options.by)
    if options.target == "list":
        if any((*given, options.minutes)):
            raise Failure(
                "freezes are all listed; a name, --minutes, --reason and --by go with what is to be frozen", 2
            )
    elif not all(given):
        raise Failure("to freeze needs a name, --reason and --by", 2)


async def _name(administration: Administration, target: Target, given: str) -> str:
    items = {row["item"] for row in await administration.owner.fetch(ITEMS)} if target is Target.ITEM else ()
    return await name_of(target, given, administration.clients, items)


async def _list(administration: Administration, options: argparse.Namespace) -> None:
    rows = await store.history(administration.owner)
    now = milliseconds()
    tell(options, [_told(row, now) for row in rows], *(_line(row, now) for row in rows))


def _told(row: Mapping[str, Any], now: int) -> Mapping[str, Any]:
    return {**row, "standing": _standing(row, now)}


def _line(row: Mapping[str, Any], now: int) -> str:
    until = "" if row["ends_at"] is None else f" until {_time(row['ends_at'])}"
    stood = f"{row['target']} {row['name']} from {_time(row['imposed_at'])}{until}"
    why = f"by {row['imposed_by']}: {row['reason']}"
    return f"{'FROZEN' if _standing(row, now) else 'over'} {stood} {why}{_lifted(row)}"


def _lifted(row: Mapping[str, Any]) -> str:
    if row["lifted_at"] is None:
        return ""
    return f"; lifted {_time(row['lifted_at'])} by {row['lifted_by']}: {row['lift_reason']}"


def _standing(row: Mapping[str, Any], now: int) -> bool:
    return row["lifted_at"] is None and (row["ends_at"] is None or now < row["ends_at"])


def _time(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="seconds")
