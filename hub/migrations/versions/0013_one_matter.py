"""two matters that are one; a publication that came early; leaks; finders told."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UtcDateTime

revision = '0013'
down_revision = '0012'
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
    op.create_table('leak_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('undecided', 'brought-forward', 'not-brought-forward', name='leakstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('noticed_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('how', sa.LargeBinary(), nullable=False, comment='how it became known; sealed by the vault'),
    sa.Column('what', sa.LargeBinary(), nullable=False, comment='what leaked; sealed by the vault'),
    sa.Column('decision', sa.LargeBinary(), nullable=True, comment='why publication is brought forward, or not; sealed by the vault'),
    sa.Column('recorded_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(decision IS NULL) = (state = 'undecided')", name=op.f('ck_leak_record_decided_with_reason')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_leak_record_matter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leak_record'))
    )
    op.create_index(op.f('ix_leak_record_matter_id'), 'leak_record', ['matter_id'], unique=False)
    op.create_table('finder_notice',
    sa.Column('advisory_id', sa.Uuid(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=True, comment='day in Japan; none: there was no report to IPA'),
    sa.Column('recorded_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['advisory_id'], ['advisory.id'], name=op.f('fk_finder_notice_advisory_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_finder_notice_recorded_by')),
    sa.PrimaryKeyConstraint('advisory_id', name=op.f('pk_finder_notice'))
    )
    with op.batch_alter_table('revision') as batch_op:
        batch_op.add_column(sa.Column('reported', sa.Boolean(), nullable=True, comment='whether the matter came from a report to IPA; none: not said'))
    with op.batch_alter_table('publication_clock') as batch_op:
        batch_op.add_column(sa.Column('public_since', UtcDateTime(timezone=True), nullable=True, comment='published earlier than told, as a coordinator recorded; it lifts nothing by itself'))


def downgrade() -> None:
    with op.batch_alter_table('publication_clock') as batch_op:
        batch_op.drop_column('public_since')
    with op.batch_alter_table('revision') as batch_op:
        batch_op.drop_column('reported')
    op.drop_table('finder_notice')
    op.drop_index(op.f('ix_leak_record_matter_id'), table_name='leak_record')
    op.drop_table('leak_record')
    op.drop_index('uq_matter_merger_matter_id', table_name='matter_merger')
    op.drop_index(op.f('ix_matter_merger_into_id'), table_name='matter_merger')
    op.drop_table('matter_merger')
