"""announced destructions."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('announced_destruction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('drafts', 'copies', 'attachments', 'log', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False, comment="of the log: the chain's"),
    sa.Column('ended_at', hub.core.db.UtcDateTime(timezone=True), nullable=False, comment='when its period began; of the log: where it is cut'),
    sa.Column('announced_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('coming', 'destruction-held', 'destroyed', 'spared', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('held_by', sa.Uuid(), nullable=True),
    sa.Column('held_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True, comment='why it is, or was last, held'),
    sa.Column('done_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('swept_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment="its bytes left the database's files"),
    sa.CheckConstraint("(held_by IS NULL) = (state <> 'destruction-held')", name=op.f('ck_announced_destruction_held_by_somebody')),
    sa.ForeignKeyConstraint(['held_by'], ['account.id'], name=op.f('fk_announced_destruction_held_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announced_destruction'))
    )
    with op.batch_alter_table('announced_destruction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announced_destruction_due_at'), ['due_at'], unique=False)
        batch_op.create_index('uq_announced_destruction_open', ['table_name', 'row_id'], unique=True, sqlite_where=sa.text("state IN ('coming', 'destruction-held')"), postgresql_where=sa.text("state IN ('coming', 'destruction-held')"))



def downgrade() -> None:
    with op.batch_alter_table('announced_destruction', schema=None) as batch_op:
        batch_op.drop_index('uq_announced_destruction_open', sqlite_where=sa.text("state IN ('coming', 'destruction-held')"), postgresql_where=sa.text("state IN ('coming', 'destruction-held')"))
        batch_op.drop_index(batch_op.f('ix_announced_destruction_due_at'))

    op.drop_table('announced_destruction')
