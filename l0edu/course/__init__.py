"""How is l0edu taught? Assignments, a grader that names the bug, a mutant hunt and a dry run."""
