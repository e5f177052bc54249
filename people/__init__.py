"""Who may come in: persons, how they prove who they are, their sessions. Knows no company."""
