"""Where do the assignments stand? One folder each: page, source with fenced solutions, checks, mutants."""
