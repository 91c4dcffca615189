"""Pages of rows as Relay describes them: edges, cursors, what comes next, and a count of what the caller may see."""

from typing import Generic, TypeVar

from schema.types.describing import about, argument, object_type

Row = TypeVar("Row")


@object_type("Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = about("Whether rows follow.")
    has_previous_page: bool = about("Whether rows precede.")
    start_cursor: str | None = about("Cursor of the first row.")
    end_cursor: str | None = about("Cursor of the last row; pass it as `after`.")


@object_type("One row of a page.")
class Edge(Generic[Row]):
    node: Row = about("The row.")
    cursor: str = about("Opaque position of the row, bound to this caller and this question.")


@object_type("A page of rows.")
class Connection(Generic[Row]):
    edges: list[Edge[Row]] = about("The rows with their cursors.")
    page_info: PageInfo = about("Where the page stands.")
    total_count: int | None = about("Visible rows in all; null where it is too large, or too small to be told.")


FIRST = argument("first", int, 20, about="Rows on the page, 1 to 100.")
AFTER = argument("after", str | None, about="The cursor after which the page begins.")
PAGE = (FIRST, AFTER)
