"""The open benchmark of the matching engine: seeded worlds, peers, tables anybody can repeat."""
