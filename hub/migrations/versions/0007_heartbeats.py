"""heartbeats: the one that lies in each body's collection."""

import sqlalchemy as sa
from alembic import op

import hub.core.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'heartbeat',
        sa.Column('body_id', sa.Uuid(), nullable=False),
        sa.Column('stix_id', sa.String(length=60), nullable=False, comment='of the artifact; the next replaces it'),
        sa.Column('issued_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_heartbeat_body_id')),
        sa.PrimaryKeyConstraint('body_id', name=op.f('pk_heartbeat')),
    )


def downgrade() -> None:
    op.drop_table('heartbeat')
