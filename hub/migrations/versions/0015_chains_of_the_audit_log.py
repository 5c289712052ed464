"""chains of the audit log."""

import sqlalchemy as sa
from alembic import op
import hub.core.db

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_anchor',
    sa.Column('place', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('previous', sa.LargeBinary(length=32), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_audit_anchor'))
    )
    op.create_table('audit_chain',
    sa.Column('id', sa.Uuid(), nullable=False, comment="the body's organisation; 0: of no body"),
    sa.Column('slot', sa.Integer(), nullable=False, comment='its leaf in the tree of a signed head'),
    sa.Column('length', sa.BigInteger(), nullable=False),
    sa.Column('head', sa.LargeBinary(length=32), nullable=False),
    sa.Column('cut', sa.BigInteger(), nullable=False, comment='rows destroyed at its begin'),
    sa.Column('cut_hash', sa.LargeBinary(length=32), nullable=False, comment='what its first row follows'),
    sa.Column('before', sa.BigInteger(), nullable=False, comment='rows up to this number are older than the chains'),
    sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_chain')),
    sa.UniqueConstraint('slot', name=op.f('uq_audit_chain_slot'))
    )
    op.create_table('audit_signed_head',
    sa.Column('day', sa.Date(), nullable=False, comment='in Japan'),
    sa.Column('at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('anchor_place', sa.BigInteger(), nullable=False, comment='the last anchor that it covers'),
    sa.Column('seed', sa.LargeBinary(length=32), nullable=False, comment="of the salts and empty leaves"),
    sa.Column('root', sa.LargeBinary(length=32), nullable=False),
    sa.Column('signed', sa.Text(), nullable=False, comment='the statement, signed in clear'),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_audit_signed_head'))
    )
    op.create_table('audit_anchored_head',
    sa.Column('anchor_place', sa.BigInteger(), nullable=False),
    sa.Column('chain_id', sa.Uuid(), nullable=False),
    sa.Column('length', sa.BigInteger(), nullable=False),
    sa.Column('head', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['anchor_place'], ['audit_anchor.place'], name=op.f('fk_audit_anchored_head_anchor_place')),
    sa.PrimaryKeyConstraint('anchor_place', 'chain_id', name=op.f('pk_audit_anchored_head'))
    )
    with op.batch_alter_table('audit_anchored_head', schema=None) as batch_op:
        batch_op.create_index('ix_audit_anchored_head_chain_id_anchor_place', ['chain_id', 'anchor_place'], unique=False)

    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('concerns_id', sa.Uuid(), nullable=True, comment="the body's organisation, where staff or the hub act for it"))
        batch_op.add_column(sa.Column('nonce', sa.LargeBinary(length=16), nullable=True, comment='random; none: from before the chain'))
        batch_op.add_column(sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over what was written'))
        batch_op.add_column(sa.Column('chain_id', sa.Uuid(), nullable=True, comment="a body's organisation; 0: of no body"))
        batch_op.add_column(sa.Column('place', sa.BigInteger(), nullable=True, comment='in its chain, from 1; none: no place yet'))
        batch_op.add_column(sa.Column('previous', sa.LargeBinary(length=32), nullable=True, comment='the hash of the row before it in its chain'))
        batch_op.add_column(sa.Column('hash', sa.LargeBinary(length=32), nullable=True))
        batch_op.create_index(batch_op.f('ix_audit_entry_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index('ix_audit_entry_unchained', ['number'], unique=False, sqlite_where=sa.text('place IS NULL'), postgresql_where=sa.text('place IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_audit_entry_chain_id_place'), ['chain_id', 'place'])
        batch_op.create_unique_constraint(batch_op.f('uq_audit_entry_nonce'), ['nonce'])



def downgrade() -> None:
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_audit_entry_nonce'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_audit_entry_chain_id_place'), type_='unique')
        batch_op.drop_index('ix_audit_entry_unchained', sqlite_where=sa.text('place IS NULL'), postgresql_where=sa.text('place IS NULL'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_account_id'))
        batch_op.drop_column('hash')
        batch_op.drop_column('previous')
        batch_op.drop_column('place')
        batch_op.drop_column('chain_id')
        batch_op.drop_column('stamp')
        batch_op.drop_column('nonce')
        batch_op.drop_column('concerns_id')

    op.drop_table('audit_anchored_head')
    op.drop_table('audit_signed_head')
    op.drop_table('audit_chain')
    op.drop_table('audit_anchor')
