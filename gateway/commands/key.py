"""``key new``: make or roll the keys of an installation."""

import argparse
import secrets

from gateway.commands.options import Commands, command, tell
from gateway.keys import folder as key_folder
from gateway.keys.material import Use
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "key", run, "make the keys of an installation, or roll one")
    parser.add_argument("action", choices=["new"])
    rolled = parser.add_mutually_exclusive_group()
    for name in ("root", *(use.value for use in Use)):
        rolled.add_argument(f"--{name}", dest="roll", action="store_const", const=name, help=f"roll the {name} key")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    if options.roll == "root":
        number = key_folder.roll_root(settings.keys_folder, entropy=secrets.token_bytes)
        tell(options, {"root": number}, f"root secret {number} is current")
    elif options.roll is not None:
        kid = key_folder.roll_signing(settings.keys_folder, Use(options.roll), entropy=secrets.token_bytes)
        tell(options, {"kid": kid}, f"{options.roll} signs with {kid}")
    else:
        tell(options, {"folder": str(settings.keys_folder)}, f"keys are in {settings.keys_folder}")
    return 0
