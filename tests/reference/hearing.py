"""One question put to the gateway and to the reference, and what is different in their answers.

``Hearing`` holds a city with its raw rows, all of them: the reference knows no second wall, so that an answer equals it
only if the wall hides nothing that the grant, and with it ``explain``, says is shown. The gateway's clock stands still,
so ``asOf`` is the same on both sides.
Cursors are each side's own text: a cursor answers for a cursor, and pages are compared by following them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from authz.compile import compile_grant
from authz.principal import Caller, ConsentId
from tests.city import TODAY, Answer, City
from tests.consents.endless import EndlessConsent
from tests.generation.askers import Asker
from tests.reference.executor import execute
from tests.reference.regulations import Regulations
from tests.reference.sight import Sight
from tests.reference.world import World

NOW = datetime.fromisoformat("2026-05-20T10:00:00+08:00")
CURSOR = 192  # characters of a cursor of the gateway

Values = Mapping[str, Any]


@dataclass(kw_only=True)
class Hearing:
    city: City
    world: World
    consents: dict[ConsentId | None, EndlessConsent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.city.pipeline = replace(self.city.pipeline, clock=lambda: NOW)
        self.city.recomputed = False

    async def asked(self, asker: Asker, text: str, variables: Values) -> Answer:
        """What the gateway says."""
        caller = await self.caller(asker)
        async with self.consent_of(caller).use():
            return await self.city.ask(text, variables, caller=caller)

    def consent_of(self, caller: Caller) -> EndlessConsent:
        """The one that it holds, if it does, in the register of the city."""
        return self.consents.setdefault(caller.consent, EndlessConsent((self.city,), caller))

    async def caller(self, asker: Asker) -> Caller:
        return asker.standing_for(await self.city.caller(asker.client), self.city.installation.sealer)

    async def expected(self, asker: Asker, text: str, variables: Values) -> Any:
        """The ``data`` of the reference, for an operation that the gateway answers."""
        caller = await self.caller(asker)
        return execute(text, variables, self.sight(asker, caller, stated="@purpose" in text))

    async def differences(self, asker: Asker, text: str, variables: Values) -> list[str]:
        """Of an answer; none where both say the same. Raises AssertionError where the gateway refuses."""
        answer = await self.asked(asker, text, variables)
        assert answer.code is None, answer.body
        return list(different(answer.data, await self.expected(asker, text, variables)))

    def sight(self, asker: Asker, caller: Caller, *, stated: bool) -> Sight:
        """As the caller sees the city for the purpose of its matter, or as the public sees it."""
        matter, admission = asker.matter if stated else None, asker.admission(stated=stated)
        installation = self.city.installation
        policy = installation.policy
        grant = compile_grant(policy, caller.principal, admission, TODAY)
        return Sight(
            world=self.world,
            grant=grant,
            catalogue=policy.catalogue,
            regulations=self._regulations,
            sealer=installation.sealer,
            viewer=caller.principal.organisation,
            agency=caller.principal.agency_id,
            matter=matter.number if matter is not None else None,
            role=admission.role,
            now=NOW,
            subject=caller.about.id if caller.about is not None else None,
            period=caller.period,
        )

    @cached_property
    def _regulations(self) -> Regulations:
        policy = self.city.installation.policy
        return Regulations(catalogue=policy.catalogue, regulation=policy.regulation, today=TODAY)


def different(found: Any, expected: Any, path: str = "data") -> Iterator[str]:
    """Where the two answers part; the order of keys is part of an answer."""
    if isinstance(found, dict) and isinstance(expected, dict):
        if list(found) != list(expected):
            yield f"{path}: keys {list(found)}, expected {list(expected)}"
        for key in found.keys() & expected.keys():
            yield from different(found[key], expected[key], f"{path}.{key}")
    elif isinstance(found, list) and isinstance(expected, list):
        if len(found) != len(expected):
            yield f"{path}: {len(found)} of them, expected {len(expected)}"
        for number, (one, other) in enumerate(zip(found, expected, strict=False)):
            yield from different(one, other, f"{path}[{number}]")
    elif not _cursors(found, expected) and (found != expected or type(found) is not type(expected)):
        yield f"{path}: {found!r}, expected {expected!r}"


def at(answer: Any, path: tuple[str, ...]) -> Any:
    """What stands there; None where the way ends before."""
    for key in path:
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def _cursors(found: Any, expected: Any) -> bool:
    return isinstance(found, str) and len(found) == CURSOR and isinstance(expected, str) and expected.startswith("[")
