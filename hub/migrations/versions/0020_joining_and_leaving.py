"""Openings without an application, renewals, trial periods, problems, certificates of destruction."""

import uuid
from datetime import timedelta

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

AGREEMENT_BEFORE = ('sample-sent', 'answered', 'declined', 'passed-on', 'concluded', 'terminated')
AGREEMENT_NOW = (*AGREEMENT_BEFORE, 'remarked', 'ran-out')
MOVES_BEFORE = ('begin trial', 'begin full operation', 'suspend', 'prepare again', 'leave')
MOVES_NOW = (*MOVES_BEFORE, 'take over in trial operation', 'take over in full operation')
A_YEAR = timedelta(days=365)


def upgrade() -> None:
    op.create_table('destruction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('cause', sa.Enum('suspended', 'left', 'agreement-ended', name='cause', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('occasion', sa.String(length=100), nullable=False, comment='what it followed from: asked for once'),
    sa.Column('state', sa.Enum('requested', 'received', 'accepted', 'called-off', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('covers', sa.JSON(), nullable=False, comment='tracking IDs that had arrived at the body and were not lifted at the request'),
    sa.Column('requested_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False, comment='last day, Japanese time'),
    sa.Column('remarks', sa.Text(), nullable=False, comment='why it was returned or called off'),
    sa.Column('received_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('received_by', sa.Uuid(), nullable=True),
    sa.Column('signer', sa.String(length=100), nullable=True, comment='who answers for it in the body'),
    sa.Column('destroyed_on', sa.Date(), nullable=True),
    sa.Column('members_too', sa.Boolean(), nullable=True, comment='members and contractors have destroyed it'),
    sa.Column('statement', sa.LargeBinary(), nullable=True, comment='how, and what could not be destroyed; sealed by the vault'),
    sa.Column('document', sa.LargeBinary(), nullable=True, comment='the signed certificate, as PDF, sealed by the vault'),
    sa.Column('document_sha256', sa.String(length=64), nullable=True),
    sa.Column('ended_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='accepted, or called off'),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_destruction_body_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_destruction_ended_by')),
    sa.ForeignKeyConstraint(['received_by'], ['account.id'], name=op.f('fk_destruction_received_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destruction')),
    sa.UniqueConstraint('body_id', 'occasion', name=op.f('uq_destruction_body_id_occasion'))
    )
    with op.batch_alter_table('destruction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_destruction_body_id'), ['body_id'], unique=False)

    op.create_table('opening',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('exception', 'takeover', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'approved', 'counting', 'refused', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False, comment='of the organisation, in Japanese'),
    sa.Column('consultation', sa.Text(), nullable=False, comment='with whom, when, with what result'),
    sa.Column('document', sa.LargeBinary(), nullable=False, comment='what the body is, as JSON, sealed by the vault'),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('contract', sa.LargeBinary(), nullable=True, comment='the agreement in force, as PDF, sealed by the vault'),
    sa.Column('contract_sha256', sa.String(length=64), nullable=True),
    sa.Column('proposed_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('approved_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('counts_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='first instant at which it may count'),
    sa.Column('ended_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='began to count, or was refused'),
    sa.Column('organisation_id', sa.Uuid(), nullable=True, comment='made when it began to count'),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.CheckConstraint('approved_by <> proposed_by', name=op.f('ck_opening_second_person')),
    sa.ForeignKeyConstraint(['approved_by'], ['account.id'], name=op.f('fk_opening_approved_by')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_opening_organisation_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_opening_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening'))
    )
    op.create_table('trial',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False, comment='last day, Japanese time'),
    sa.Column('state', sa.Enum('running', 'full', 'extended', 'ended', 'broken-off', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('consulted_on', sa.Date(), nullable=True),
    sa.Column('consultation', sa.Text(), nullable=False, comment='with whom, about what, why it decided so'),
    sa.Column('ended_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('ends_on >= begins_on', name=op.f('ck_trial_ends_after_begin')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_trial_body_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_trial_ended_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trial'))
    )
    with op.batch_alter_table('trial', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trial_body_id'), ['body_id'], unique=False)
        batch_op.create_index('uq_trial_running', ['body_id'], unique=True, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))

    op.create_table('trial_problem',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('open', 'solved', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('told_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('told_by', sa.Uuid(), nullable=True),
    sa.Column('solution', sa.LargeBinary(), nullable=True, comment='sealed by the vault'),
    sa.Column('solved_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('solved_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_trial_problem_body_id')),
    sa.ForeignKeyConstraint(['solved_by'], ['account.id'], name=op.f('fk_trial_problem_solved_by')),
    sa.ForeignKeyConstraint(['told_by'], ['account.id'], name=op.f('fk_trial_problem_told_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trial_problem'))
    )
    with op.batch_alter_table('trial_problem', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trial_problem_body_id'), ['body_id'], unique=False)

    op.create_table('agreement_amendment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False, comment='what it changes'),
    sa.Column('document', sa.LargeBinary(), nullable=False, comment='the signed PDF, sealed by the vault'),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_amendment_agreement_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_agreement_amendment_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_amendment'))
    )
    with op.batch_alter_table('agreement_amendment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_amendment_agreement_id'), ['agreement_id'], unique=False)

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opening_id', sa.Uuid(), nullable=True, comment='what it followed from, without an application'))
        batch_op.add_column(sa.Column('renews_id', sa.Uuid(), nullable=True, comment='the agreement after which it begins'))
        batch_op.add_column(sa.Column('since', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='when it came into its state'))
        batch_op.add_column(sa.Column('reply', sa.Text(), server_default='', nullable=False, comment="of IPA, to the applicant's remarks"))
        batch_op.alter_column('application_id',
               existing_type=sa.Uuid(),
               nullable=True)
        batch_op.drop_constraint(op.f('ck_agreement_state'), type_='check')
        batch_op.create_check_constraint(op.f('ck_agreement_state'), _one_of('state', AGREEMENT_NOW))
        batch_op.create_unique_constraint(batch_op.f('uq_agreement_opening_id'), ['opening_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_agreement_renews_id'), ['renews_id'])
        batch_op.create_foreign_key(batch_op.f('fk_agreement_renews_id'), 'agreement', ['renews_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_agreement_opening_id'), 'opening', ['opening_id'], ['id'])

    with op.batch_alter_table('member_operator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_on', sa.Date(), nullable=True, comment='from this day it belongs to the body no more'))

    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.add_column(sa.Column('checked_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='the body last said that all of this is still right'))

    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('added_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='when it was named; None: with the body itself'))

    with op.batch_alter_table('body_move', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_body_move_move'), type_='check')
        batch_op.create_check_constraint(op.f('ck_body_move_move'), _one_of('move', MOVES_NOW))
    _give_running_trials_a_period()



def downgrade() -> None:
    with op.batch_alter_table('body_move', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_body_move_move'), type_='check')
        batch_op.create_check_constraint(op.f('ck_body_move_move'), _one_of('move', MOVES_BEFORE))
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.drop_column('added_at')

    with op.batch_alter_table('member_operator', schema=None) as batch_op:
        batch_op.drop_column('left_on')

    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.drop_column('checked_at')

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_agreement_opening_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_agreement_renews_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_agreement_renews_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_agreement_opening_id'), type_='unique')
        batch_op.drop_constraint(op.f('ck_agreement_state'), type_='check')
        batch_op.create_check_constraint(op.f('ck_agreement_state'), _one_of('state', AGREEMENT_BEFORE))
        batch_op.alter_column('application_id',
               existing_type=sa.Uuid(),
               nullable=False)
        batch_op.drop_column('reply')
        batch_op.drop_column('since')
        batch_op.drop_column('renews_id')
        batch_op.drop_column('opening_id')

    with op.batch_alter_table('agreement_amendment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_amendment_agreement_id'))

    op.drop_table('agreement_amendment')
    with op.batch_alter_table('trial_problem', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trial_problem_body_id'))

    op.drop_table('trial_problem')
    with op.batch_alter_table('trial', schema=None) as batch_op:
        batch_op.drop_index('uq_trial_running', sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
        batch_op.drop_index(batch_op.f('ix_trial_body_id'))

    op.drop_table('trial')
    op.drop_table('opening')
    with op.batch_alter_table('destruction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_destruction_body_id'))

    op.drop_table('destruction')


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _give_running_trials_a_period() -> None:
    """Give each body in trial operation a period of a year from the move that began it."""
    body = sa.table('body', sa.column('id', sa.Uuid()), sa.column('state'), sa.column('created_at', hub.core.db.UtcDateTime()))
    move = sa.table('body_move', sa.column('body_id', sa.Uuid()), sa.column('state'), sa.column('at', hub.core.db.UtcDateTime()))
    trial = sa.table(
        'trial', sa.column('id', sa.Uuid()), sa.column('body_id', sa.Uuid()), sa.column('begins_on', sa.Date()),
        sa.column('ends_on', sa.Date()), sa.column('state'), sa.column('consultation'),
    )
    began = sa.select(sa.func.max(move.c.at, type_=hub.core.db.UtcDateTime())).where(move.c.body_id == body.c.id, move.c.state == 'trial').scalar_subquery()
    connection = op.get_bind()
    for body_id, created_at, at in connection.execute(sa.select(body.c.id, body.c.created_at, began).where(body.c.state == 'trial')).all():
        day = (at or created_at).date()
        connection.execute(trial.insert().values(
            id=uuid.uuid4(), body_id=body_id, begins_on=day, ends_on=day + A_YEAR, state='running', consultation='',
        ))
