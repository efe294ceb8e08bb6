"""Examples: a clip with labels, and the demonstration that runs it through the local cloud."""
