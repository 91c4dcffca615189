"""Why evidence does not verify. The sentences say which step failed and where, never what stood there."""


class ProofError(Exception):
    """A proof, a tree or a chain is not what it claims to be."""


class FormatError(ProofError):
    """Bytes that are not the one spelling of what they should say."""


class NoteError(ProofError):
    """A signed note that is malformed, or that no key asked for has signed."""


class ChainError(ProofError):
    """A writer's chain does not verify. ``writer`` and ``wseq`` say where."""

    def __init__(self, step: str, writer: object, wseq: int) -> None:
        super().__init__(f"{step}: writer {writer}, leaf {wseq}")
        self.step = step
        self.writer = writer
        self.wseq = wseq
