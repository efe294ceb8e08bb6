"""Where Lambda comes in: parse, call one use case, answer."""
