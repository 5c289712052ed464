"""Packages that a body passes on to its members, and members' certificates."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

STAMP = 'HMAC over the columns that decide who may receive'


def upgrade() -> None:
    op.create_table('member_certificate',
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('fingerprint', sa.String(length=40), nullable=False, comment='of the primary key, upper-case hex'),
    sa.Column('blob', sa.LargeBinary(), nullable=False, comment='the minimised certificate, binary'),
    sa.Column('not_after', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='first instant at which it is unusable'),
    sa.Column('algorithm', sa.String(length=100), nullable=False),
    sa.Column('uploaded_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by', sa.Uuid(), nullable=True),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment=STAMP),
    sa.CheckConstraint('length(fingerprint) = 40', name=op.f('ck_member_certificate_whole_fingerprint')),
    sa.ForeignKeyConstraint(['member_id'], ['member_operator.id'], name=op.f('fk_member_certificate_member_id')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['account.id'], name=op.f('fk_member_certificate_uploaded_by')),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_member_certificate'))
    )
    op.create_table('member_package',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.Uuid(), nullable=False),
    sa.Column('body_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('copy_number', sa.Integer(), nullable=False, comment='counts at the body and release; stands in the footer'),
    sa.Column('state', sa.Enum('ordered', 'ready', 'not-made', 'taken', 'reached', 'destroyed', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=True, comment='why it was not made'),
    sa.Column('ordered_at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ordered_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', hub.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('fingerprint', sa.String(length=40), nullable=True, comment='certificate sealed to; none: the member has none'),
    sa.Column('document', sa.LargeBinary(), nullable=True, comment='the files, sealed by the vault'),
    sa.Column('mail', sa.LargeBinary(), nullable=True, comment='the text that goes with it, with its link; sealed by the vault'),
    sa.Column('taken_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='the body had it first'),
    sa.Column('reached_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='the member confirmed by its link'),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment=STAMP),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_member_package_body_id')),
    sa.ForeignKeyConstraint(['member_id'], ['member_operator.id'], name=op.f('fk_member_package_member_id')),
    sa.ForeignKeyConstraint(['ordered_by'], ['account.id'], name=op.f('fk_member_package_ordered_by')),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_member_package_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_package')),
    sa.UniqueConstraint('release_id', 'body_id', 'copy_number', name=op.f('uq_member_package_release_id_body_id_copy_number')),
    sa.UniqueConstraint('release_id', 'member_id', name=op.f('uq_member_package_release_id_member_id'))
    )
    with op.batch_alter_table('member_package', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_package_body_id'), ['body_id'], unique=False)


def downgrade() -> None:
    op.drop_table('member_package')
    op.drop_table('member_certificate')
