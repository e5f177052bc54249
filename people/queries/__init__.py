"""What is asked about persons and their sessions."""
