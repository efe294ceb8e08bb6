"""What the pipeline does, a function a file; input first, ports after it."""
