"""An asked agency -> the plan of its row: agencies are reference data (name, kind and region are public).

Read beside the row that names them; whether that row names its agency to this caller is decided there.
"""

from authz.scopes import EVERY
from resolvers.bindings import Source, snake
from resolvers.outputs import Cells, plain_outputs
from resolvers.plan import Attach, Block, ColumnCell, RowNode, Shape
from schema.demands.demand import Branch, TypeName, Typename

_COLUMNS = ("id", "uscc", "name", "kind", "level", "supervision_field", "jurisdiction")


def agency(ask: Branch, attach: Attach) -> RowNode:
    """The one agency that the parent row names in ``attach.parent``."""
    name = TypeName("Agency")
    asked = {
        snake(each.field.removesuffix("Label"))
        for each in ask.selection.types.get(name, ())
        if not isinstance(each, Typename)
    }
    wanted = tuple(each for each in _COLUMNS if each == "id" or each in asked)
    cells = Cells(cells=tuple(map(ColumnCell, wanted)), index={("column", each): n for n, each in enumerate(wanted)})
    return RowNode(
        source=Source.AGENCY,
        shape=Shape.ONE,
        entrance=None,
        attach=attach,
        blocks=(Block(natural=False, items=(), cases=((EVERY, 0),)),),
        cells=cells.cells,
        views=({name: plain_outputs(ask.selection, name, cells)},),
        released={},
    )
