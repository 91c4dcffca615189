"""A probe of the wall as it is raised: whatever was granted or let through besides is gone afterwards."""

from gateway.database.scopes import DatabaseRole
from gateway.database.wall import wall_statements
from tests.mutants.wall_probes import PROBES, PUBLICATION, SHARING
from tests.mutants.walled import Walled

STRAYS = (
    "GRANT SELECT ON record TO PUBLIC",
    "GRANT SELECT ON client TO {sharing}",
    "GRANT EXECUTE ON FUNCTION wall_today() TO PUBLIC",
    "CREATE POLICY stray ON record FOR SELECT TO PUBLIC USING (true)",
    "ALTER TABLE record DISABLE ROW LEVEL SECURITY",
    "GRANT CREATE ON SCHEMA public TO {sharing}",
    "CREATE SEQUENCE stray",
    "GRANT USAGE ON SEQUENCE stray TO {sharing}",
    'GRANT CONNECT ON DATABASE "{database}" TO PUBLIC',
    'GRANT TEMPORARY ON DATABASE "{database}" TO {sharing}',
)

ENTRANTS = "SELECT EXISTS (SELECT FROM aclexplode(datacl) AS given WHERE given.grantee = 0) FROM pg_database"
ENTRANTS += " WHERE datname = current_database()"
LEFT = """
    SELECT has_table_privilege('client', 'SELECT') OR has_schema_privilege('public', 'CREATE')
        OR has_sequence_privilege('stray', 'USAGE') OR has_database_privilege(current_database(), 'TEMP')
"""


async def strays_are_taken_away(wall: Walled) -> None:
    """Run in a transaction that is rolled back."""
    database = await wall.connection.fetchval("SELECT current_database()")
    names = {str(role): wall.credentials.name(role) for role in DatabaseRole}
    for statement in STRAYS:
        await wall.connection.execute(statement.format(database=database, **names))
    policies = await wall.connection.fetch("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
    for statement in wall_statements(wall.credentials, database, [tuple(row) for row in policies]):
        await wall.connection.execute(statement)
    for probe in (f"rows_of_{PUBLICATION}", "columns_of_publication", "nobody_else_comes_in"):
        await PROBES[probe](wall)
    async with wall.role(SHARING):
        assert not await wall.connection.fetchval(LEFT)
    assert not await wall.connection.fetchval(ENTRANTS)
