"""two matters that are one; a publication that came early."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UtcDateTime

revision = '0013'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('matter_merger',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('into_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('merged_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('merged_by', sa.Uuid(), nullable=True),
    sa.Column('told_at', UtcDateTime(timezone=True), nullable=True, comment='of the next release: it stays from then on'),
    sa.Column('undone_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('matter_id <> into_id', name=op.f('ck_matter_merger_two_matters')),
    sa.ForeignKeyConstraint(['into_id'], ['matter.id'], name=op.f('fk_matter_merger_into_id')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_matter_merger_matter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matter_merger'))
    )
    op.create_index(op.f('ix_matter_merger_into_id'), 'matter_merger', ['into_id'], unique=False)
    op.create_index('uq_matter_merger_matter_id', 'matter_merger', ['matter_id'], unique=True,
                    sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
    with op.batch_alter_table('publication_clock') as batch_op:
        batch_op.add_column(sa.Column('public_since', UtcDateTime(timezone=True), nullable=True, comment='published earlier than told, as a coordinator recorded; it lifts nothing by itself'))


def downgrade() -> None:
    with op.batch_alter_table('publication_clock') as batch_op:
        batch_op.drop_column('public_since')
    op.drop_index('uq_matter_merger_matter_id', table_name='matter_merger')
    op.drop_index(op.f('ix_matter_merger_into_id'), table_name='matter_merger')
    op.drop_table('matter_merger')
