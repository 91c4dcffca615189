"""Where the rows are kept: the embedded server, the scope roles and the wall around each, migrations, connections."""
