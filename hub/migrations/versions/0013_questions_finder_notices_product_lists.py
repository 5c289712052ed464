"""Questions, finder notices, product lists."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('finder_notice',
    sa.Column('advisory_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('no-report', 'to-tell', 'told', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('noted_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.Uuid(), nullable=False, comment='a coordinator'),
    sa.Column('told_on', sa.Date(), nullable=True, comment='day in Japan on which IPA told the finder'),
    sa.Column('recorded_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('recorded_by', sa.Uuid(), nullable=True, comment='a reviewer'),
    sa.CheckConstraint("(told_on IS NOT NULL) = (state = 'told')", name=op.f('ck_finder_notice_told_has_a_day')),
    sa.ForeignKeyConstraint(['advisory_id'], ['advisory.id'], name=op.f('fk_finder_notice_advisory_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['account.id'], name=op.f('fk_finder_notice_noted_by')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_finder_notice_recorded_by')),
    sa.PrimaryKeyConstraint('advisory_id', name=op.f('pk_finder_notice'))
    )
    op.create_table('product_list',
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False, comment='counts saves: two writers do not overwrite'),
    sa.Column('products', sa.LargeBinary(), nullable=False, comment='JSON, sealed by the vault'),
    sa.Column('saved_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_product_list_body_id')),
    sa.ForeignKeyConstraint(['saved_by'], ['account.id'], name=op.f('fk_product_list_saved_by')),
    sa.PrimaryKeyConstraint('body_id', name=op.f('pk_product_list'))
    )
    op.create_table('question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('advisory_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'replied', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('asked_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.ForeignKeyConstraint(['advisory_id'], ['advisory.id'], name=op.f('fk_question_advisory_id')),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_question_asked_by')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_question_body_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_advisory_id'), ['advisory_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_question_body_id'), ['body_id'], unique=False)

    op.create_table('reply',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False, comment='the newest then: who was not given it reads no reply to all'),
    sa.Column('audience', sa.Enum('asker', 'all', name='to', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('retold', sa.LargeBinary(), nullable=True, comment='the question as others read it, naming nobody; sealed by the vault'),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('replied_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('replied_by', sa.Uuid(), nullable=False),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_reply_question_id')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_reply_release_id')),
    sa.ForeignKeyConstraint(['replied_by'], ['account.id'], name=op.f('fk_reply_replied_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply'))
    )
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reply_question_id'), ['question_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reply_question_id'))

    op.drop_table('reply')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_body_id'))
        batch_op.drop_index(batch_op.f('ix_question_advisory_id'))

    op.drop_table('question')
    op.drop_table('product_list')
    op.drop_table('finder_notice')
