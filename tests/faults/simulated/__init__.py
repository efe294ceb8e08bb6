"""The parts of the pipeline's surroundings in memory: each does what its service does, no more."""
