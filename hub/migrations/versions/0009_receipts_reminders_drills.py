"""Answers and disseminations, reminders and calls, drills."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quiet_hours',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('begins', sa.Integer(), nullable=False, comment='hour in Japan, 0 to 23'),
    sa.Column('ends', sa.Integer(), nullable=False, comment='hour in Japan, 0 to 23'),
    sa.Column('closed_days', sa.Boolean(), nullable=False, comment='weekends and holidays are quiet, too'),
    sa.CheckConstraint('number = 1', name=op.f('ck_quiet_hours_one_row')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_quiet_hours'))
    )
    op.create_table('reminder_rule',
    sa.Column('kind', sa.Enum('new', 'update', 'correction', 'date', 'withdrawn', 'lifted', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False, comment='at any hour, in hours; else in business days, in open hours'),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('second', sa.Integer(), nullable=False),
    sa.Column('deputy', sa.Integer(), nullable=False),
    sa.Column('call', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_reminder_rule'))
    )
    op.create_table('drill',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('tracking_id', sa.String(length=20), nullable=False),
    sa.Column('text_version', sa.String(length=10), nullable=False),
    sa.Column('started_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('deadline', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['started_by'], ['account.id'], name=op.f('fk_drill_started_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill')),
    sa.UniqueConstraint('tracking_id', name=op.f('uq_drill_tracking_id'))
    )
    with op.batch_alter_table('drill', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drill_started_at'), ['started_at'], unique=False)

    op.create_table('drill_waiver',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('waived_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('waived_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_drill_waiver_body_id')),
    sa.ForeignKeyConstraint(['waived_by'], ['account.id'], name=op.f('fk_drill_waiver_waived_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_waiver'))
    )
    with op.batch_alter_table('drill_waiver', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drill_waiver_body_id'), ['body_id'], unique=False)

    op.create_table('drill_turn',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('drill_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('answered_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_drill_turn_answered_by')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_drill_turn_body_id')),
    sa.ForeignKeyConstraint(['drill_id'], ['drill.id'], name=op.f('fk_drill_turn_drill_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_turn')),
    sa.UniqueConstraint('drill_id', 'body_id', name=op.f('uq_drill_turn_drill_id_body_id'))
    )
    with op.batch_alter_table('drill_turn', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drill_turn_body_id'), ['body_id'], unique=False)

    op.create_table('answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('choice', sa.Enum('received', 'checking', 'affected', 'not-affected', 'forwarded', name='choice', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=True, comment='sealed by the vault'),
    sa.Column('answered_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True, comment="none: the body's tool answered over TAXII"),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_answer_account_id')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_answer_body_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_answer_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index('ix_answer_release_id_body_id', ['release_id', 'body_id'], unique=False)

    op.create_table('call',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('contact_id', sa.Uuid(), nullable=False, comment='who was called'),
    sa.Column('outcome', sa.Enum('reached', 'not-reached', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('remark', sa.LargeBinary(), nullable=True, comment='sealed by the vault'),
    sa.Column('called_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False, comment='who called'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_call_account_id')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_call_body_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_call_contact_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_call_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call'))
    )
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.create_index('ix_call_release_id_body_id', ['release_id', 'body_id'], unique=False)

    op.create_table('dissemination',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('operators', sa.Integer(), nullable=False),
    sa.Column('told_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_dissemination_account_id')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_dissemination_body_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_dissemination_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dissemination'))
    )
    with op.batch_alter_table('dissemination', schema=None) as batch_op:
        batch_op.create_index('ix_dissemination_release_id_body_id', ['release_id', 'body_id'], unique=False)

    op.create_table('drill_delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('turn_id', sa.Uuid(), nullable=False),
    sa.Column('contact_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.Enum('promised', 'held', 'delivered', 'fetched', 'opened', 'refused', 'expired', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=True, comment='why it is held or was refused'),
    sa.Column('fingerprint', sa.String(length=64), nullable=True, comment='certificate sealed to'),
    sa.Column('artifact_id', sa.String(length=60), nullable=True, comment="STIX id in the body's collection"),
    sa.Column('promised_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='stored, or taken by the mail server'),
    sa.Column('fetched_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='a client of the body had it first'),
    sa.Column('opened_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='its receipt code came back'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_drill_delivery_contact_id')),
    sa.ForeignKeyConstraint(['turn_id'], ['drill_turn.id'], name=op.f('fk_drill_delivery_turn_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_delivery')),
    sa.UniqueConstraint('turn_id', 'contact_id', name=op.f('uq_drill_delivery_turn_id_contact_id'))
    )
    with op.batch_alter_table('drill_delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drill_delivery_turn_id'), ['turn_id'], unique=False)

    op.create_table('reminder',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('stage', sa.Enum('first', 'second', 'deputy', 'call', name='stage', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_reminder_body_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_reminder_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('release_id', 'body_id', 'stage', name=op.f('uq_reminder_release_id_body_id_stage'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_body_id'), ['body_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_body_id'))

    op.drop_table('reminder')
    with op.batch_alter_table('drill_delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drill_delivery_turn_id'))

    op.drop_table('drill_delivery')
    with op.batch_alter_table('dissemination', schema=None) as batch_op:
        batch_op.drop_index('ix_dissemination_release_id_body_id')

    op.drop_table('dissemination')
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.drop_index('ix_call_release_id_body_id')

    op.drop_table('call')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_release_id_body_id')

    op.drop_table('answer')
    with op.batch_alter_table('drill_turn', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drill_turn_body_id'))

    op.drop_table('drill_turn')
    with op.batch_alter_table('drill_waiver', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drill_waiver_body_id'))

    op.drop_table('drill_waiver')
    with op.batch_alter_table('drill', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drill_started_at'))

    op.drop_table('drill')
    op.drop_table('reminder_rule')
    op.drop_table('quiet_hours')
