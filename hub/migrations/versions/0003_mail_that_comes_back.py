"""mail that comes back, mail that ends, and dead letters that are found at once."""

import sqlalchemy as sa
from alembic import op

import hub.core.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BEFORE = ('promised', 'held', 'delivered', 'opened', 'superseded', 'refused')
NOW = (*BEFORE, 'ended')


def _states(states: tuple[str, ...]) -> str:
    return "state IN ({})".format(', '.join(f"'{each}'" for each in states))


def upgrade() -> None:
    for table in ('copy', 'mailing'):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_state'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_state'), _states(NOW))
    with op.batch_alter_table('mailing') as batch_op:
        batch_op.add_column(sa.Column('message_id', sa.String(length=300), nullable=True, comment='with its brackets; by it a returned mail is recognised'))
        batch_op.add_column(sa.Column('bounced_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='came back, or was refused, for good'))
        batch_op.add_column(sa.Column('bounce_code', sa.String(length=11), nullable=True, comment='SMTP or enhanced status code of that (RFC 5321, RFC 3463)'))
        batch_op.add_column(sa.Column('delays', sa.Integer(), server_default='0', nullable=False, comment='how often a server told that it still tries'))
        batch_op.create_index(batch_op.f('ix_mailing_message_id'), ['message_id'], unique=False)
    with op.batch_alter_table('contact') as batch_op:
        batch_op.add_column(sa.Column('mail_bounced_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='mail to this address came back last'))
        batch_op.add_column(sa.Column('mail_bounce_code', sa.String(length=11), nullable=True, comment='status code of that'))
    op.create_index('ix_job_dead', 'job', ['dead_at'], unique=False, sqlite_where=sa.text('dead_at IS NOT NULL'), postgresql_where=sa.text('dead_at IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_job_dead', table_name='job')
    with op.batch_alter_table('contact') as batch_op:
        batch_op.drop_column('mail_bounce_code')
        batch_op.drop_column('mail_bounced_at')
    with op.batch_alter_table('mailing') as batch_op:
        batch_op.drop_index(batch_op.f('ix_mailing_message_id'))
        for name in ('delays', 'bounce_code', 'bounced_at', 'message_id'):
            batch_op.drop_column(name)
    for table in ('copy', 'mailing'):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_state'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_state'), _states(BEFORE))
