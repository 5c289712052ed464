"""stamps on the rows that decide who may receive."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

STAMPED = ('agreement', 'attestation', 'body', 'body_sector', 'contact')


def upgrade() -> None:
    for table in STAMPED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column('stamp', sa.LargeBinary(length=32), nullable=True, comment='HMAC over the columns that decide who may receive'))


def downgrade() -> None:
    for table in reversed(STAMPED):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column('stamp')
