"""``log``: the log checked, exported, proven; and what it keeps beside its leaves held, erased and dropped."""

from gateway.commands import log_keeping, log_reading, log_sequence, log_unseal
from gateway.commands.options import Commands


def add(commands: Commands) -> None:
    about = "check, export and prove the log; hold, erase and drop what it keeps beside its leaves"
    kinds = commands.add_parser("log", help=about, description=about).add_subparsers(required=True, metavar="WHAT")
    log_reading.add(kinds)
    log_keeping.add(kinds)
    log_sequence.add(kinds)
    log_unseal.add(kinds)
