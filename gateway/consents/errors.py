"""Why the register of consents did not do what it was asked to. Each sentence is fixed; nothing has been changed."""


class KeyReused(Exception):  # noqa: N818  # it says what became of the act
    """The client has sent another request under the same key of idempotency."""

    def __init__(self) -> None:
        super().__init__("another request for consent was sent under this key")


class NotPending(Exception):  # noqa: N818  # it says what became of the act
    """There is no such request, it was decided already, or nobody decided it in time."""

    def __init__(self) -> None:
        super().__init__("this request for consent no longer stands")


class Beyond(Exception):  # noqa: N818  # it says what became of the act
    """More than was asked: other items or fields, a longer period or term, more uses. Or nothing at all."""

    def __init__(self) -> None:
        super().__init__("a consent goes no further than what was asked")
