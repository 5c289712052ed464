"""Questions about notices, reported incidents, product lists."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('product_list',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False, comment='counts saves: two writers do not overwrite'),
    sa.Column('products', sa.LargeBinary(), nullable=False, comment='as JSON, sealed by the vault'),
    sa.Column('changed_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_product_list_body_id')),
    sa.ForeignKeyConstraint(['changed_by'], ['account.id'], name=op.f('fk_product_list_changed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_list')),
    sa.UniqueConstraint('body_id', name=op.f('uq_product_list_body_id'))
    )
    op.create_table('incident',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=True, comment='the notice it is about; none: not about one alone'),
    sa.Column('kind', sa.Enum('leak', 'misdelivery', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'closed', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('reported_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reported_by', sa.Uuid(), nullable=False),
    sa.Column('closed_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(closed_at IS NULL) = (state = 'open')", name=op.f('ck_incident_closed_has_instant')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_incident_body_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_incident_release_id')),
    sa.ForeignKeyConstraint(['reported_by'], ['account.id'], name=op.f('fk_incident_reported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_body_id'), ['body_id'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered-one', 'answered-all', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='as the body asked; sealed by the vault'),
    sa.Column('asked_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('wording', sa.LargeBinary(), nullable=True, comment='as all addressed bodies read the question; sealed by the vault'),
    sa.Column('answer', sa.LargeBinary(), nullable=True, comment='sealed by the vault'),
    sa.Column('answered_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.CheckConstraint("(answered_at IS NULL) = (state = 'open')", name=op.f('ck_question_answered_has_instant')),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_question_answered_by')),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_question_asked_by')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_question_body_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_question_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_release_id'), ['release_id'], unique=False)

    op.create_table('incident_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('incident_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('noted_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_note_incident_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['account.id'], name=op.f('fk_incident_note_noted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_note'))
    )
    with op.batch_alter_table('incident_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_note_incident_id'), ['incident_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('incident_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_note_incident_id'))

    op.drop_table('incident_note')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_release_id'))

    op.drop_table('question')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_body_id'))

    op.drop_table('incident')
    op.drop_table('product_list')
