"""what a client must show, what it has downloaded, when a copy was first fetched."""

import sqlalchemy as sa
from alembic import op

import hub.core.db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('taxii_client') as batch_op:
        batch_op.add_column(sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'))
        batch_op.add_column(sa.Column('networks', sa.String(length=1000), server_default='', nullable=False, comment='it may come from these alone, CIDR with commas; empty: anywhere'))
        batch_op.add_column(sa.Column('certificate', sa.LargeBinary(length=32), nullable=True, comment='SHA-256 of the TLS client certificate that it must show'))
    op.create_table(
        'taxii_download',
        sa.Column('client_id', sa.Uuid(), nullable=False),
        sa.Column('collection_id', sa.Uuid(), nullable=False),
        sa.Column('date_added', sa.BigInteger(), autoincrement=False, nullable=False, comment='of the object, microseconds since 1970'),
        sa.Column('at', hub.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['client_id'], ['taxii_client.id'], name=op.f('fk_taxii_download_client_id')),
        sa.ForeignKeyConstraint(['collection_id'], ['taxii_collection.id'], name=op.f('fk_taxii_download_collection_id')),
        sa.PrimaryKeyConstraint('client_id', 'collection_id', 'date_added', name=op.f('pk_taxii_download')),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table('copy') as batch_op:
        batch_op.add_column(sa.Column('artifact_id', sa.String(length=60), nullable=True, comment="STIX id in the body's collection"))
        batch_op.add_column(sa.Column('fetched_at', hub.core.db.UtcDateTime(timezone=True), nullable=True, comment='a client of the body had it first'))
    op.create_index(op.f('ix_taxii_submission_received_at'), 'taxii_submission', ['received_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_taxii_submission_received_at'), table_name='taxii_submission')
    with op.batch_alter_table('copy') as batch_op:
        batch_op.drop_column('fetched_at')
        batch_op.drop_column('artifact_id')
    op.drop_table('taxii_download')
    with op.batch_alter_table('taxii_client') as batch_op:
        batch_op.drop_column('certificate')
        batch_op.drop_column('stamp')
        batch_op.drop_column('networks')
