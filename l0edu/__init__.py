"""The l0edu package."""
