"""Policies of the edge city with one more rule, and without what was decided under them."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import policies
from authz import cells
from authz.policy import Policy, load_policy
from authz.regime import regime_of
from authz.rules import COLUMNS


def amended(policy: Policy, rule: Mapping[str, str]) -> Policy:
    """The policy with one more rule of a channel, under the version that the database knows: for what no rule says
    today."""
    name = f"rules/{rule['channel']}.csv"
    text = io.StringIO()
    csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n").writerow({**_RULE, **rule})
    files = policies.contents()
    changed = load_policy({**files, name: files[name] + text.getvalue().encode()})
    return replace(changed, version=policy.version)


_RULE = {"id": "MORE", "sub": "any", "dom": "000000", "purpose": "any", "role": "any", "kind": "any", "rel": "any"}
_RULE |= {"cond": "always", "mask": "", "row": "", "basis": "WH-二(二)1"}


def fresh(policy: Policy) -> Policy:
    """The same policy, of which every decision is forgotten."""
    for memory in (cells._made, policy.cells._decided, policy.cells._merged):
        memory.cache_clear()
    return replace(policy, regime=partial(regime_of, policy.regulation, policy.catalogue))
