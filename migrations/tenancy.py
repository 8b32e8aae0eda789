"""What every table of an organisation gets from revision 0002 on; a revision that was released must go on meaning the same."""


def tenancy(table: str, *, rights: str) -> str:
    """SQL after which rows of `table` are seen and written by their own organisation only, with no more than these rights.

    The same as revision 0001 does for its tables: row-level security, forced for the owner too.
    """
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON {table} TO fortnight_app
        USING (organisation_id = nullif(current_setting('fortnight.organisation', true), '')::bigint);
    GRANT {rights} ON {table} TO fortnight_app;
    """
