"""marks, mergings, leaks."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('advisory') as batch_op:
        batch_op.add_column(sa.Column('merged_at', UtcDateTime(timezone=True), nullable=True, comment='since then another advisory tells of the matter; this one moves no more'))
    op.create_table('matter_mark',
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('alias', 'cve', 'product', name='markkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False, comment="HMAC of what it is under the instance's key; equal where two matters have it in common"),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_matter_mark_matter_id')),
    sa.PrimaryKeyConstraint('matter_id', 'kind', 'digest', name=op.f('pk_matter_mark'))
    )
    with op.batch_alter_table('matter_mark') as batch_op:
        batch_op.create_index(batch_op.f('ix_matter_mark_digest'), ['digest'], unique=False)

    op.create_table('merging',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('merged_id', sa.Uuid(), nullable=False),
    sa.Column('surviving_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'done', 'dropped', name='mergingstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('proposed_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('decided_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True, comment='none where one person was enough'),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name=op.f('ck_merging_second_person')),
    sa.CheckConstraint('merged_id <> surviving_id', name=op.f('ck_merging_two_matters')),
    sa.ForeignKeyConstraint(['merged_id'], ['matter.id'], name=op.f('fk_merging_merged_id')),
    sa.ForeignKeyConstraint(['surviving_id'], ['matter.id'], name=op.f('fk_merging_surviving_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merging'))
    )
    with op.batch_alter_table('merging') as batch_op:
        batch_op.create_index(batch_op.f('ix_merging_surviving_id'), ['surviving_id'], unique=False)
        batch_op.create_index('uq_merging_merged_id', ['merged_id'], unique=True, sqlite_where=sa.text("state <> 'dropped'"), postgresql_where=sa.text("state <> 'dropped'"))

    op.create_table('leak',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('leak', 'misdelivery', name='leakkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('reported', 'decided', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('happened_at', UtcDateTime(timezone=True), nullable=True, comment='none where nobody knows'),
    sa.Column('how_known', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('extent', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('body_id', sa.Uuid(), nullable=True, comment='whose contact reported it; none: staff'),
    sa.Column('reported_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('reported_by', sa.Uuid(), nullable=False),
    sa.Column('decision', sa.Enum('bring-forward', 'nothing', 'other', name='decision', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('decision_reason', sa.LargeBinary(), nullable=True, comment='sealed by the vault'),
    sa.Column('decided_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(decided_at IS NULL) = (state = 'reported')", name=op.f('ck_leak_decided_once')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_leak_body_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_leak_decided_by')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_leak_matter_id')),
    sa.ForeignKeyConstraint(['reported_by'], ['account.id'], name=op.f('fk_leak_reported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leak'))
    )
    with op.batch_alter_table('leak') as batch_op:
        batch_op.create_index(batch_op.f('ix_leak_matter_id'), ['matter_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('leak') as batch_op:
        batch_op.drop_index(batch_op.f('ix_leak_matter_id'))

    op.drop_table('leak')
    with op.batch_alter_table('merging') as batch_op:
        batch_op.drop_index('uq_merging_merged_id', sqlite_where=sa.text("state <> 'dropped'"), postgresql_where=sa.text("state <> 'dropped'"))
        batch_op.drop_index(batch_op.f('ix_merging_surviving_id'))

    op.drop_table('merging')
    with op.batch_alter_table('matter_mark') as batch_op:
        batch_op.drop_index(batch_op.f('ix_matter_mark_digest'))

    op.drop_table('matter_mark')
    with op.batch_alter_table('advisory') as batch_op:
        batch_op.drop_column('merged_at')
