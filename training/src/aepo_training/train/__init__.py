"""Training runs: what a run folder asks for, and the runner that does it with TRL."""
