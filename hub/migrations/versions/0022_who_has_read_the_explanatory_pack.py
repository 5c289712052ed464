"""Who has read the explanatory pack."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pack_reading',
    sa.Column('contact_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False, comment='which of feeds/pack/texts'),
    sa.Column('sent_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='the mail server took a notice with it'),
    sa.Column('read_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='the contact said that it is understood'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_pack_reading_contact_id')),
    sa.PrimaryKeyConstraint('contact_id', 'version', name=op.f('pk_pack_reading'))
    )


def downgrade() -> None:
    op.drop_table('pack_reading')
