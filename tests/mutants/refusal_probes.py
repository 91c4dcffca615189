"""Probes of what is refused before anything is read: by kind of subject, matter, root and caller."""

from schema.errors import Code
from tests.mutants import edge_city as city
from tests.mutants.edge_city import AUDITOR
from tests.mutants.operations import EXPERT, NAME, PUBLIC, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Town


@probe
async def persons_are_covered(town: Town) -> None:
    """Whoever is looked up by number is named in the matter, alone or among others, whether known or not."""
    document, batch = EXPERT + "{ subject(by: $by) { name } }", EXPERT.replace("SubjectLookup!", "[SubjectLookup!]!")
    batch += "{ standings(by: $by) { identityMatch { answer } } }"
    for number in (city.STRANGER, city.NAMED_ELSEWHERE, city.OTHER_ROLE, city.NOBODY):
        alone = await town.ask(document, natural(number), client="TENDER")
        both = {"by": [natural(city.PARTY)["by"], natural(number)["by"]]}
        among = await town.ask(batch, both, client="TENDER")
        assert alone.code is Code.SUBJECT_NOT_COVERED, number
        assert among.code is Code.SUBJECT_NOT_COVERED, number
    assert (await town.ask(document, natural(city.PARTY), client="TENDER")).code is None


@probe
async def persons_are_asked_for_a_purpose(town: Town) -> None:
    """By whatever root, and in a batch; known or not, in the same words."""
    answers = set()
    for number in (city.PARTY, city.NOBODY):
        for document in (
            NAME,
            PUBLIC + "{ standing(by: $by) { identityMatch { answer } } }",
            PUBLIC.replace("SubjectLookup!", "[SubjectLookup!]!")
            + "{ standings(by: $by) { identityMatch { answer } } }",
        ):
            by = natural(number)
            told = await town.ask(document, {"by": [by["by"]]} if "standings" in document else by)
            assert told.code is Code.PURPOSE_REQUIRED
            answers.add(told.raw)
    assert len(answers) == 1


@probe
async def organisations_are_covered(town: Town) -> None:
    """A purpose for natural persons searches no organisations, by code or by name."""
    looked_up = await town.ask(EXPERT + "{ subject(by: $by) { name } }", organisation(city.MAIN), client="TENDER")
    head = EXPERT.replace("($by: SubjectLookup!)", "")
    searched = await town.ask(head + '{ subjects(filter: {name: "测试"}) { totalCount } }', client="TENDER")
    assert looked_up.code is searched.code is Code.SUBJECT_NOT_COVERED


@probe
async def verdicts_are_given_of_valid_codes(town: Town) -> None:
    """Whoever mistypes a code must not read that nothing stands against it."""
    told = await town.ask('{ standing(by: {uscc: "91420199MA9TERT2OX"}) { seriousList { answer } } }')
    assert told.code is Code.DOCUMENT_INVALID


@probe
async def auditors_read_no_credit_data(town: Town) -> None:
    """BASIS: WH-二(六)1. By no root, also by one that looks nobody up."""
    for document in ("{ records { totalCount } }", 'query { node(id: "x") { id } }', "{ measures { totalCount } }"):
        assert (await town.ask(document, client=AUDITOR)).code is Code.SUBJECT_NOT_COVERED
    assert (await town.ask("{ viewer { kind } }", client=AUDITOR)).data == {"viewer": {"kind": "AUDITOR"}}
