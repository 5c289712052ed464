"""Forms that are being filled in, verdicts of reviewers, earlier filings."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('application_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=True, comment='the returned application that it corrects'),
    sa.Column('form_version', sa.Integer(), nullable=False, comment='of the form that it was begun with'),
    sa.Column('content', sa.LargeBinary(), nullable=False, comment='what was typed, by step, and how often each was saved, sealed by the vault'),
    sa.Column('begun_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('saved_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_draft_application_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_application_draft_organisation_id')),
    sa.ForeignKeyConstraint(['saved_by'], ['account.id'], name=op.f('fk_application_draft_saved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_draft')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_application_draft_organisation_id'))
    )
    op.create_table('application_earlier_filing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('document', sa.LargeBinary(), nullable=False, comment='the submission, sealed by the vault'),
    sa.Column('submitted_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_earlier_filing_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_earlier_filing')),
    sa.UniqueConstraint('application_id', 'revision', name=op.f('uq_application_earlier_filing_application_id_revision'))
    )
    op.create_table('application_tick',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False, comment='the filing that was looked at'),
    sa.Column('item', sa.Enum('organisation', 'sectors', 'main contact', 'substitute', 'operators', 'operator sectors', 'memoranda', 'operator control', 'contractor control', 'purpose control', 'attachments', 'isac', name='item', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('in_order', sa.Boolean(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False, comment='what the applicant is to correct, or a note'),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("in_order OR remark <> ''", name=op.f('ck_application_tick_what_is_not_in_order_has_a_remark')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_application_tick_account_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_tick_application_id')),
    sa.PrimaryKeyConstraint('application_id', 'revision', 'item', name=op.f('pk_application_tick'))
    )
    op.create_table('application_draft_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('articles', 'outline', 'chart', 'member_list', 'evidence', name='attachmentkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False, comment='bytes of the plain file'),
    sa.Column('content', sa.LargeBinary(), nullable=False, comment='sealed by the vault'),
    sa.Column('chosen_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['application_draft.id'], name=op.f('fk_application_draft_file_draft_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_draft_file'))
    )
    with op.batch_alter_table('application_draft_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_draft_file_draft_id'), ['draft_id'], unique=False)
    with op.batch_alter_table('application_attachment', schema=None) as batch_op:
        batch_op.alter_column('media_type', existing_type=sa.String(length=60), type_=sa.String(length=100), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('application_attachment', schema=None) as batch_op:
        batch_op.alter_column('media_type', existing_type=sa.String(length=100), type_=sa.String(length=60), existing_nullable=False)
    with op.batch_alter_table('application_draft_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_draft_file_draft_id'))

    op.drop_table('application_draft_file')
    op.drop_table('application_tick')
    op.drop_table('application_earlier_filing')
    op.drop_table('application_draft')
