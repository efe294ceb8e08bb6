"""A real clip, its label category files, its labels, and the batch that asks for them."""
