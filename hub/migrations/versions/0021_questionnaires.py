"""Questionnaires, who is asked, what is answered, and the links to answer by."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('member_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False, comment='what it lets a member do something to'),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False, comment='HMAC of the secret'),
    sa.Column('issued_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.Uuid(), nullable=True),
    sa.Column('expires_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.ForeignKeyConstraint(['issued_by'], ['account.id'], name=op.f('fk_member_link_issued_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_member_link_digest'))
    )
    with op.batch_alter_table('member_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_link_subject_id'), ['subject_id'], unique=False)

    op.create_table('questionnaire',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('notice', 'trial', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'in-use', 'replaced', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('made_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('used_since', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_questionnaire_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire')),
    sa.UniqueConstraint('kind', 'number', name=op.f('uq_questionnaire_kind_number'))
    )
    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.create_index('uq_questionnaire_draft', ['kind'], unique=True, sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))
        batch_op.create_index('uq_questionnaire_in_use', ['kind'], unique=True, sqlite_where=sa.text("state = 'in-use'"), postgresql_where=sa.text("state = 'in-use'"))

    op.create_table('survey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('questionnaire_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('advisory_id', sa.Uuid(), nullable=True),
    sa.Column('occasion', sa.String(length=64), nullable=False, comment='what it is about: asked for once'),
    sa.Column('about_at', hub.core.db.UtcDateTime(timezone=True), nullable=False, comment="the notice's first release, or the end of the trial period"),
    sa.Column('asked_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closes_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('draft', sa.LargeBinary(), nullable=True, comment='what the body has typed and not sent, as JSON; sealed by the vault'),
    sa.Column('drafted_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('closes_at > asked_at', name=op.f('ck_survey_closes_after_asking')),
    sa.ForeignKeyConstraint(['advisory_id'], ['advisory.id'], name=op.f('fk_survey_advisory_id')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_survey_body_id')),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_survey_questionnaire_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('body_id', 'occasion', name=op.f('uq_survey_body_id_occasion'))
    )
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_about_at'), ['about_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_advisory_id'), ['advisory_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_body_id'), ['body_id'], unique=False)

    op.create_table('survey_question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('questionnaire_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=32), nullable=True, comment='of the ready questions: the same one in every version, so that years compare'),
    sa.Column('kind', sa.Enum('choice', 'several', 'scale', 'number', 'date', 'text', name='questionkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('ja', sa.String(length=500), nullable=False),
    sa.Column('en', sa.String(length=500), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False, comment='ja and en of each choice, or of the two ends of a scale'),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_survey_question_questionnaire_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_question'))
    )
    with op.batch_alter_table('survey_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_question_questionnaire_id'), ['questionnaire_id'], unique=False)

    op.create_table('survey_respondent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('survey_id', sa.Uuid(), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True, comment='none: the body itself'),
    sa.Column('sector_code', sa.String(length=32), nullable=True, comment="the operator's; none: those of the body"),
    sa.Column('state', sa.Enum('open', 'answered-for', 'answered-itself', name='answerstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('category', sa.Enum('systems-only', 'also-others', 'could-not', 'did-not', name='category', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reason', sa.Enum('not-in-use', 'persons-unknown', 'not-permitted', 'no-time', 'hard-to-judge', 'known-already', 'other', name='reason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('answers', sa.LargeBinary(), nullable=True, comment='to the other questions, as JSON; sealed by the vault'),
    sa.Column('draft', sa.LargeBinary(), nullable=True, comment='typed by link and not sent, as JSON; sealed by the vault'),
    sa.Column('drafted_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True, comment='none: by its link'),
    sa.CheckConstraint("(category IS NULL) = (state = 'open')", name=op.f('ck_survey_respondent_answered_has_category')),
    sa.CheckConstraint("reason IS NULL OR category = 'did-not' OR (category = 'could-not' AND reason <> 'not-in-use')", name=op.f('ck_survey_respondent_reason_fits')),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_survey_respondent_answered_by')),
    sa.ForeignKeyConstraint(['operator_id'], ['member_operator.id'], name=op.f('fk_survey_respondent_operator_id')),
    sa.ForeignKeyConstraint(['sector_code'], ['sector.code'], name=op.f('fk_survey_respondent_sector_code')),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_respondent_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_respondent')),
    sa.UniqueConstraint('survey_id', 'operator_id', name=op.f('uq_survey_respondent_survey_id_operator_id'))
    )
    with op.batch_alter_table('survey_respondent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_respondent_survey_id'), ['survey_id'], unique=False)
        batch_op.create_index('uq_survey_respondent_body', ['survey_id'], unique=True, sqlite_where=sa.text('operator_id IS NULL'), postgresql_where=sa.text('operator_id IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('survey_respondent', schema=None) as batch_op:
        batch_op.drop_index('uq_survey_respondent_body', sqlite_where=sa.text('operator_id IS NULL'), postgresql_where=sa.text('operator_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_survey_respondent_survey_id'))

    op.drop_table('survey_respondent')
    with op.batch_alter_table('survey_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_question_questionnaire_id'))

    op.drop_table('survey_question')
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_body_id'))
        batch_op.drop_index(batch_op.f('ix_survey_advisory_id'))
        batch_op.drop_index(batch_op.f('ix_survey_about_at'))

    op.drop_table('survey')
    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.drop_index('uq_questionnaire_in_use', sqlite_where=sa.text("state = 'in-use'"), postgresql_where=sa.text("state = 'in-use'"))
        batch_op.drop_index('uq_questionnaire_draft', sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))

    op.drop_table('questionnaire')
    with op.batch_alter_table('member_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_link_subject_id'))

    op.drop_table('member_link')
