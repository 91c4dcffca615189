"""ReadPlan -> a generated shaper: the row of the statement -> the answer, as it was asked.

Leaf fields are not resolved one by one: for every plan a few lines of Python are written and compiled once, so that a
field costs one tuple index. INVARIANT: only response keys (GraphQL names) and constants of ours enter that text.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from resolvers import readings
from resolvers.bindings import Decode, Source
from resolvers.labels import Labels
from resolvers.mappings import mapping_shaper
from resolvers.plan import (
    Child,
    Fixed,
    Ident,
    NestedCell,
    Output,
    ReadPlan,
    Reference,
    RowNode,
    Shape,
    Term,
    Value,
    VariantCell,
    VerdictOut,
    View,
)
from resolvers.readings import Reading
from resolvers.reference import References
from schema.demands.demand import Branch, Leaf, Typename

Shaper: TypeAlias = Callable[[Sequence[Any], Reading], dict[str, Any]]
"""(the row of the statement, what this request brings) -> the data roots by response key."""

_NOTED = {Source.SUBJECT, Source.RECORD, Source.MEASURE}


def shaper(plan: ReadPlan, references: References, labels: Labels) -> Shaper:
    """Write and compile the shaper of a plan."""
    writer = _Writer(references=references, labels=labels)
    cells = iter(range(sum(len(root.nodes) for root in plan.roots)))
    roots = [
        f"{root.key!r}: {writer.first(root.nodes, [f'r[{next(cells)}]' for _ in root.nodes])}" for root in plan.roots
    ]
    writer.define("answer", f"return {{{', '.join(roots)}}}")
    exec(compile("\n".join(writer.lines), "<shaper>", "exec"), writer.names)  # noqa: S102  # see the module's invariant
    made: Shaper = writer.names["answer"]
    return made


@dataclass(slots=True, kw_only=True)
class _Writer:
    references: References
    labels: Labels
    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: dict(readings.NAMES))
    count: int = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count}"

    def constant(self, prefix: str, value: object) -> str:
        """A global of the generated module that holds this value."""
        made = self.name(prefix)
        self.names[made] = value
        return made

    def define(self, name: str, *body: str) -> str:
        """A function of a row ``r`` and the request ``c``."""
        self.lines += [f"def {name}(r, c):", *(f"    {line}" for line in body)]
        return name

    # rows ----------------------------------------------------------------------------------------------------------

    def value(self, node: RowNode, cell: str) -> str:
        """An expression over the cell that holds this node's rows; null stays null."""
        if node.shape is Shape.PAGE:
            return f"({self.page(node)}({cell}, c) if {cell} is not None else None)"
        row = self.row(node, node.views[0])
        if node.shape is Shape.MANY:
            return f"([({row}(x, c) if x is not None else None) for x in {cell}] if {cell} is not None else None)"
        return f"({row}({cell}, c) if {cell} is not None else None)"

    def first(self, nodes: Sequence[RowNode], cells: Sequence[str]) -> str:
        """The same over several cells of which one at most is not null. What it becomes may be empty and still be."""
        text = "None"
        for node, cell in zip(reversed(nodes), reversed(cells), strict=True):
            value = self.value(node, cell)
            text = value if text == "None" else f"({value} if {cell} is not None else {text})"
        return text

    def row(self, node: RowNode, view: View) -> str:
        """A function of one row: the object of its type."""
        kinds = {str(name): self.typed(node, str(name), outputs) for name, outputs in view.items()}
        if len(kinds) == 1:
            return next(iter(kinds.values()))
        if node.source is Source.SUBJECT and kinds:
            return self.define(
                self.name("subject"), f"return ({kinds['NaturalPerson']} if r[1] else {kinds['Organisation']})(r, c)"
            )
        table = self.name("families")
        self.lines.append(f"{table} = {{{', '.join(f'{name!r}: {made}' for name, made in kinds.items())}}}")
        return self.define(self.name("record"), f"return {table}[r[3]](r, c)")

    def typed(self, node: RowNode, name: str, outputs: tuple[Output, ...]) -> str:
        """A function of a row of one type: notes it for the log, then gives its object."""
        note: tuple[str, ...] = ()
        if node.source in _NOTED:
            by_variant = {variant: found for (kind, variant), found in node.released.items() if kind == name}
            released = self.constant("released", by_variant)
            number = next((n for n, cell in enumerate(node.cells) if isinstance(cell, VariantCell)), None)
            variant = "0" if number is None else f"r[{number}]"
            note = ("if r[0] is not None:", f"    c.note({node.source.value!r}, {name!r}, r, {released}[{variant}])")
        return self.define(self.name(name), *note, f"return {self.object(node, outputs)}")

    def object(self, node: RowNode, outputs: tuple[Output, ...]) -> str:
        return "{" + ", ".join(f"{output.key!r}: {self.output(node, output)}" for output in outputs) + "}"

    # outputs -------------------------------------------------------------------------------------------------------

    def output(self, node: RowNode, output: Output) -> str:
        match output:
            case Fixed():
                return repr(output.value)
            case Ident():
                return f"c.seal({output.kind!r}, r[{output.cell}])"
            case Value():
                return self.leaf(output)
            case Reference():
                return f"{self.reference(output.branch)}(r[{output.cell}], c)"
            case Term():
                return f"{self.mapping(output.branch)}(term(r[{output.cell}]), c)"
            case VerdictOut():
                basis = self.constant("basis", tuple(map(self.references.basis, output.basis)))
                said = f"verdict({output.field!r}, r[{output.cell}], {basis}, c)"
                return f"{self.mapping(output.branch)}({said}, c)"
            case Child():
                return self.child(node, output)

    def leaf(self, output: Value) -> str:
        text = repr(output.constant)
        for cell, decode in reversed(output.cells):
            decoded = _decoded(cell, decode)
            text = decoded if text == "None" else f"({decoded} if r[{cell}] is not None else {text})"
        return text if output.leaf.label is None else self.label(output.coordinate, output.leaf, text)

    def label(self, coordinate: str, leaf: Leaf, text: str) -> str:
        words, slot = self.constant("words", self.labels.of(coordinate)), self.constant("slot", leaf.label)
        return f"label({words}, {text}, c.language({slot}))"

    def child(self, node: RowNode, output: Child) -> str:
        nested = [found.node for cell in output.cells if isinstance(found := node.cells[cell], NestedCell)]
        text = self.first(nested, [f"r[{cell}]" for cell in output.cells])
        return text if output.flag is None else f"({self.object(node, output.named)} if r[{output.flag}] else {text})"

    # connections ---------------------------------------------------------------------------------------------------

    def page(self, node: RowNode) -> str:
        """A function of a page's cell: (array of rows, (total, persons) or null)."""
        if node.page is None or node.paging is None:
            raise TypeError("a page has its ask")
        dates = "(" + "".join(f"x[{cell}]," for cell in readings.sort_cells(node)) + ")"
        views = iter(node.views)
        name, asks = next(iter(node.page.selection.types.items()))
        outputs = []
        for ask in asks:
            match ask:
                case Typename():
                    text = repr(str(name))
                case Branch(field="edges"):
                    text = self.edges(node, ask, views, dates)
                case Branch():
                    info = f"page_info(r[0], rows, lambda x: c.cursor({dates}, x[0], b), b)"
                    text = f"{self.mapping(ask)}({info}, c)"
                case _:
                    text = "total(r[1], c)"
            outputs.append(f"{ask.key!r}: {text}")
        return self.define(
            self.name("page"),
            f"b = c.bound({self.constant('paging', node.paging)})",
            "rows = r[0][:b.first]",
            f"return {{{', '.join(outputs)}}}",
        )

    def edges(self, node: RowNode, ask: Branch, views: Iterator[View], dates: str) -> str:
        name, asks = next(iter(ask.selection.types.items()))
        outputs = []
        for inner in asks:
            match inner:
                case Typename():
                    text = repr(str(name))
                case Branch():
                    text = f"{self.row(node, next(views))}(x, c)"
                case _:
                    text = f"c.cursor({dates}, x[0], b)"
            outputs.append(f"{inner.key!r}: {text}")
        return f"[{{{', '.join(outputs)}}} for x in rows]"

    # objects of the regulations ------------------------------------------------------------------------------------

    def reference(self, branch: Branch) -> str:
        """A function of a stored code: the object it stands for, in the asked selection."""
        find = self.constant("find", self.references.finder(branch.type))
        return self.define(self.name("reference"), f"return {self.mapping(branch)}({find}(r), c)")

    def mapping(self, branch: Branch) -> str:
        return self.constant("mapping", mapping_shaper(branch.selection, self.labels))


def _decoded(cell: int, decode: Decode) -> str:
    match decode:
        case Decode.DATE:
            return f"(r[{cell}] and r[{cell}].isoformat())"
        case Decode.MONEY:
            return f"money(r[{cell}])"
        case Decode.SEALED:
            return f"(r[{cell}] and c.open(r[{cell}]))"
        case Decode.JSON:
            return f"json_of(r[{cell}])"
    return f"r[{cell}]"
