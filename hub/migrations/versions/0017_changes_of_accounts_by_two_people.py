"""Changes of accounts by two people."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('staff_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('open', 'role', 'return', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True, comment='none: to be opened'),
    sa.Column('email', sa.String(length=254), nullable=False, comment='lower case'),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('role', sa.Enum('applicant', 'contact', 'reviewer', 'coordinator', 'auditor', 'administrator', name='role', native_enum=False, create_constraint=True, length=32), nullable=False, comment='the role that it will have'),
    sa.Column('state', sa.Enum('proposed', 'approved', 'counting', 'refused', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('proposed_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('approved_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('counts_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='first instant at which it may count'),
    sa.Column('ended_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='began to count, or was refused'),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.CheckConstraint('approved_by <> proposed_by', name=op.f('ck_staff_change_second_person')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_staff_change_account_id')),
    sa.ForeignKeyConstraint(['approved_by'], ['account.id'], name=op.f('fk_staff_change_approved_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_staff_change_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_change'))
    )
    with op.batch_alter_table('staff_change', schema=None) as batch_op:
        batch_op.create_index('uq_staff_change_open', ['email'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'approved')"), postgresql_where=sa.text("state IN ('proposed', 'approved')"))



def downgrade() -> None:
    with op.batch_alter_table('staff_change', schema=None) as batch_op:
        batch_op.drop_index('uq_staff_change_open', sqlite_where=sa.text("state IN ('proposed', 'approved')"), postgresql_where=sa.text("state IN ('proposed', 'approved')"))

    op.drop_table('staff_change')
