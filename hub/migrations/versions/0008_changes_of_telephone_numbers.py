"""Changes of telephone numbers: two people, a delay."""

import sqlalchemy as sa
from alembic import op

import hub.core.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

STILL_OPEN = sa.text("state IN ('proposed', 'approved')")


def upgrade() -> None:
    op.create_table('telephone_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contact_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'approved', 'counting', 'refused', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('proposed_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('approved_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('counts_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='first instant at which the number may count'),
    sa.Column('ended_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='began to count, or was refused'),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.CheckConstraint('approved_by <> proposed_by', name=op.f('ck_telephone_change_second_person')),
    sa.ForeignKeyConstraint(['approved_by'], ['account.id'], name=op.f('fk_telephone_change_approved_by_account')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_telephone_change_contact_id_contact')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_telephone_change_proposed_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_telephone_change'))
    )
    with op.batch_alter_table('telephone_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_telephone_change_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index('uq_telephone_change_open', ['contact_id'], unique=True, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)


def downgrade() -> None:
    with op.batch_alter_table('telephone_change', schema=None) as batch_op:
        batch_op.drop_index('uq_telephone_change_open', sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)
        batch_op.drop_index(batch_op.f('ix_telephone_change_contact_id'))
    op.drop_table('telephone_change')
