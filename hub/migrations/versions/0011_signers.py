"""changes of the pinned passkeys; stamps on the bodies of a release."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UtcDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

ROLES = ('applicant', 'contact', 'reviewer', 'coordinator', 'auditor', 'administrator')


def upgrade() -> None:
    op.create_table('signer_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('change', sa.Enum('add', 'remove', name='change', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'vouched', 'done', 'dropped', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('role', sa.Enum(*ROLES, name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1023), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False, comment='COSE key (RFC 9052)'),
    sa.Column('proposed_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=True, comment='none: at the console'),
    sa.Column('counts_from', UtcDateTime(timezone=True), nullable=True, comment='as the worker decided'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signer_change'))
    )
    op.create_table('signer_vouch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('change_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('assertion', sa.Text(), nullable=False, comment="WebAuthn's AuthenticationResponseJSON"),
    sa.Column('signed_at', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_signer_vouch_account_id')),
    sa.ForeignKeyConstraint(['change_id'], ['signer_change.id'], name=op.f('fk_signer_vouch_change_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signer_vouch')),
    sa.UniqueConstraint('change_id', 'account_id', name=op.f('uq_signer_vouch_change_id_account_id'))
    )
    with op.batch_alter_table('release_body') as batch_op:
        batch_op.add_column(sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'))


def downgrade() -> None:
    with op.batch_alter_table('release_body') as batch_op:
        batch_op.drop_column('stamp')
    op.drop_table('signer_vouch')
    op.drop_table('signer_change')
