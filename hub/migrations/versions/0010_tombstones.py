"""tombstones of destroyed records."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tombstone',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False, comment='of the envelopes, in the order of columns'),
    sa.Column('at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True, comment='none: at the console'),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tombstone'))
    )
    with op.batch_alter_table('tombstone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tombstone_row_id'), ['row_id'], unique=False)


def downgrade() -> None:
    op.drop_table('tombstone')
