"""Editions of the action plan, announcements to industry bodies."""

import datetime
import uuid

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


EDITIONS = (
    ('重要インフラの情報セキュリティ対策に係る第4次行動計画', datetime.date(2017, 4, 18)),
    ('重要インフラのサイバーセキュリティに係る行動計画', datetime.date(2022, 6, 17)),
    ('重要インフラのサイバーセキュリティに係る行動計画（令和6年3月改定）', datetime.date(2024, 3, 8)),
)


def upgrade() -> None:
    editions = op.create_table('action_plan_edition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_plan_edition')),
    sa.UniqueConstraint('name', name=op.f('uq_action_plan_edition_name'))
    )
    op.bulk_insert(editions, [{'id': uuid.uuid4(), 'name': name, 'decided_on': day} for name, day in EDITIONS])
    op.create_table('announcement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('industry_body', sa.String(length=200), nullable=False),
    sa.Column('sector_code', sa.String(length=32), nullable=True, comment='none: several'),
    sa.Column('addressee', sa.String(length=200), nullable=False, comment='department or person that was told'),
    sa.Column('means', sa.Enum('letter', 'mail', 'meeting', 'telephone', 'other', name='means', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('announced_on', sa.Date(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_announcement_recorded_by')),
    sa.ForeignKeyConstraint(['sector_code'], ['sector.code'], name=op.f('fk_announcement_sector_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.add_column(sa.Column('roster_edition', sa.String(length=200), server_default='', nullable=False, comment="the action plan's edition of the roster"))


def downgrade() -> None:
    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.drop_column('roster_edition')

    op.drop_table('announcement')
    op.drop_table('action_plan_edition')
