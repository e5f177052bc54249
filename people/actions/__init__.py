"""What happens to persons and their sessions. Each says who did it; none commits."""
