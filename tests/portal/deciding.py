"""A bank asks, and somebody decides on the page: the steps of it, for tests over HTTP."""

from dataclasses import dataclass, field

from tests.consents import requests
from tests.consents.pair import Pair
from tests.portal.visitor import Form, Page, Visitor

SUBJECT = "王测试"
KEPT = ("item.PRACTICE_LICENCE", "field.Licence.licenceKind", "provide")
"""What is ticked where somebody narrows."""
USING = """query($who: PersonLookup!) @purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject") {
    subject(by: {person: $who}) { records { edges { node { ... on Licence { licenceKind } } } } } }"""


def ask(pair: Pair, client: str = "B1", **changes: object) -> str:
    """The id of a request of the bank; ``changes`` as in ``requests.body``."""
    token = pair.token(client)
    answer = pair.call(
        pair.one, "POST", "/consents", token, client=client, json=requests.body(**changes), headers=requests.key()
    )
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def status(pair: Pair, request: str) -> str:
    """As the bank is told."""
    found: str = pair.call(pair.one, "GET", f"/consents/{request}", pair.token()).json()["status"]
    return found


@dataclass(frozen=True, slots=True)
class Visitors:
    """Whoever comes to the portal during a test; when it is over they close their browsers."""

    pair: Pair
    come: list[Visitor] = field(default_factory=list)

    def __call__(self, name: str | None = SUBJECT, *, language: str = "zh-CN") -> Visitor:
        """Somebody who has signed in; nobody in particular without a name."""
        found = Visitor(self.pair.home.url, language=language)
        self.come.append(found)
        assert name is None or found.sign_in(name).status == 200
        return found

    def leave(self) -> None:
        for each in self.come:
            each.http.close()


def opened(who: Visitor, request: str, name: str = SUBJECT) -> Page:
    """The page of the request, after authenticating anew for it."""
    page = who.get(f"/portal/requests/{request}")
    return who.choose(page, name) if page.path.endswith("/authorize") else page


def form(page: Page, request: str) -> Form:
    return page.form(f"/portal/requests/{request}")


def approve(who: Visitor, page: Page, request: str, *, without: str | None = None, **fields: str) -> Page:
    """With what is ticked of ``KEPT``, one use, and a week; ``fields`` over that."""
    found = form(page, request)
    ticked = {name: "yes" for name in KEPT if name != without}
    chosen = {"decision": "approve", "uses": "1", "days": "7", **ticked, **fields}
    return who.post(found.action, {**found.fields, **chosen})


def use(pair: Pair, consent: str) -> None:
    """The bank looks, under the consent."""
    who = {"idNumber": "420199199207280027", "name": SUBJECT}
    assert pair.graphql(pair.one, pair.token(consent=consent), USING, {"who": who}).status_code == 200


def granted(pair: Pair, who: Visitor) -> str:
    """The id of a consent that this very visitor has just given."""
    request = ask(pair)
    page = approve(who, opened(who, request), request)
    assert page.path == f"/portal/consents/{request}", page.text
    return request
