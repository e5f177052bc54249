"""Let the worker drop sessions and sign-in links that ended long ago.

Safe beside old code: only adds a right. What they did stays in the audit chain.
"""

from alembic import op

revision, down_revision = "0008_housekeeping", "0007_closed_doors"
branch_labels = depends_on = None


def upgrade() -> None:
    op.execute("GRANT DELETE ON web_session, sign_in_link TO quittance_app")
