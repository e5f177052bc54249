"""Papers the books issue."""
