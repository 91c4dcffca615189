"""What happened to a consent -> the one line and the few sentences that its subject, or a guardian, is sent.

They say which institution, for which purpose, and where to look; nothing of any person, and nothing of what is known of
anybody. Pure.
"""

from dataclasses import dataclass
from types import MappingProxyType

ENDING_DAYS = 3
"""Before its end a consent is told of once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """``what``: EVENT, USE or ENDING; ``word``: of an event the state it led to, else empty; ``n``: of a use, which."""

    what: str
    word: str
    n: int

    @property
    def repeated(self) -> bool:
        """Whether it may be left untold where the subject wants that."""
        return self.what == "USE" and self.n > 1

    @property
    def key(self) -> str:
        if self.what == "USE":
            return "USED" if self.n > 1 else "FIRST_USE"
        return self.word if self.what == "EVENT" else self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """``agency`` and ``purpose`` by their names; ``link``: the page of the consent; ``guardian``: it goes to
    one, who is sent no link."""

    agency: str
    purpose: str
    link: str
    guardian: bool = False


_TEXTS = MappingProxyType(
    {
        "GRANTED": ("授权已经生效", "a consent has been given"),
        "FIRST_USE": ("授权首次被使用", "a consent was used for the first time"),
        "USED": ("授权再次被使用", "a consent was used again"),
        "ENDING": ("授权将在三日内到期", "a consent ends within three days"),
        "SUSPENDED": ("授权已经中止", "a consent has been suspended"),
        "ACTIVE": ("授权已经恢复", "a consent holds again"),
        "EXHAUSTED": ("授权的次数已经用完", "a consent has been used up"),
        "EXPIRED": ("授权已经到期", "a consent has come to its end"),
        "REVOKED": ("授权已经撤回或终止", "a consent has been withdrawn or ended"),
    }
)
_OVER = frozenset({"EXHAUSTED", "EXPIRED", "REVOKED"})
_ZH = "{head}：{agency}，事项为“{purpose}”。\n{more}\n本消息不含个人信息，无需回复。"
_EN = (
    "{head}: {agency}, for the purpose “{purpose}”.\n{more}\n"
    "This message holds no personal data; there is no need to answer."
)
_STANDS = ("查看每次使用、撤回或提出异议：{link}", "See every use, withdraw it or object: {link}")
_ENDED = ("查看每次使用或提出异议：{link}", "See every use, or object: {link}")
_GUARDIAN = (
    "该授权由您监护的人作出，依法告知您。详情请向其本人了解，有异议的可以向信用主管部门提出。",
    "It was given by somebody whose guardian you are, and you are told by law. Ask them for more; you may object "
    "at the credit office.",
)


def told(happening: Happening, around: Around, language: str) -> tuple[str, str]:
    """The line, and the text. ``language``: "zh" or "en"; anything else is told in Chinese."""
    english = language == "en"
    head = _TEXTS[happening.key][english]
    text = (_EN if english else _ZH).format(
        head=head.capitalize(),
        agency=around.agency,
        purpose=around.purpose,
        more=_more(happening, around)[english].format(link=around.link),
    )
    return (f"Public credit information: {head}" if english else f"公共信用信息：{head}"), text


def _more(happening: Happening, around: Around) -> tuple[str, str]:
    """A guardian has no page of what its ward decided itself."""
    if around.guardian:
        return _GUARDIAN
    return _ENDED if happening.key in _OVER else _STANDS
