"""what is typed on the form of a draft and not saved yet."""

import sqlalchemy as sa
from alembic import op

from hub.core.db import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('unsaved_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('about', sa.Uuid(), nullable=False, comment='the revision; zero for a new advisory'),
    sa.Column('typed', sa.LargeBinary(), nullable=False, comment='names and values as JSON; sealed by the vault'),
    sa.Column('kept_at', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_unsaved_draft_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unsaved_draft')),
    sa.UniqueConstraint('account_id', 'about', name=op.f('uq_unsaved_draft_account_id_about'))
    )
    op.create_index(op.f('ix_unsaved_draft_kept_at'), 'unsaved_draft', ['kept_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_unsaved_draft_kept_at'), table_name='unsaved_draft')
    op.drop_table('unsaved_draft')
