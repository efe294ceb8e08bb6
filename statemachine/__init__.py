"""The state machine: its builder, and the ASL it writes."""
