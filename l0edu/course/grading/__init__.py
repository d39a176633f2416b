"""How are submissions graded? Each in a process of its own, by tests that no student can touch."""
