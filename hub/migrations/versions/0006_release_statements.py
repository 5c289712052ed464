"""what coordinators sign with their passkeys: releases, certificates."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('release_assertion',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('act', sa.Enum('propose', 'release', name='act', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('statement_sha256', sa.String(length=64), nullable=False, comment='of the statement signed'),
    sa.Column('assertion', sa.Text(), nullable=False, comment="WebAuthn's AuthenticationResponseJSON"),
    sa.Column('signed_at', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_release_assertion_account_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_release_assertion_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_assertion')),
    sa.UniqueConstraint('revision_id', 'act', name=op.f('uq_release_assertion_revision_id_act'))
    )
    with op.batch_alter_table('release') as batch_op:
        batch_op.add_column(sa.Column('statement', sa.LargeBinary(), nullable=True, comment='what two coordinators signed (statement.py); sealed by the vault'))
    # Releases of before carry nobody's signature: bytes that do not open as a statement say so.
    op.execute('UPDATE release SET statement = bundle')
    with op.batch_alter_table('release') as batch_op:
        batch_op.alter_column('statement', existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table('contact_certificate') as batch_op:
        batch_op.add_column(sa.Column('confirmation', sa.Text(), nullable=True, comment='passkey assertion of who confirmed it, as JSON; the worker checks it'))


def downgrade() -> None:
    with op.batch_alter_table('contact_certificate') as batch_op:
        batch_op.drop_column('confirmation')
    with op.batch_alter_table('release') as batch_op:
        batch_op.drop_column('statement')
    op.drop_table('release_assertion')
