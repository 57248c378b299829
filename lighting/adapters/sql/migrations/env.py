"""Run by Alembic: hand it the connection that ``migrate`` opened, inside its transaction."""

from alembic import context

from lighting.adapters.sql.alert_tables import ALERT
from lighting.adapters.sql.baseline_tables import BASELINE
from lighting.adapters.sql.commissioning_tables import COMMISSIONING
from lighting.adapters.sql.fault_tables import FAULT
from lighting.adapters.sql.intensity_tables import INTENSITY
from lighting.adapters.sql.order_tables import ORDER
from lighting.adapters.sql.partner_tables import PARTNER
from lighting.adapters.sql.sensing_tables import SAMPLE
from lighting.adapters.sql.settlement_tables import EVENT
from lighting.adapters.sql.socket_tables import SOCKET

# One of each module of tables, so that all are read.
TABLES = (ALERT, ORDER, FAULT, SOCKET, SAMPLE, COMMISSIONING, PARTNER, INTENSITY, BASELINE, EVENT)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=TABLES[0].metadata,
    transactional_ddl=True,  # SQLite can, as long as nothing commits in between
)
with context.begin_transaction():
    context.run_migrations()
