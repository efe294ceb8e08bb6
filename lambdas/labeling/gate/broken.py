"""What reading, checking and comparing labels may raise, whatever is wrong with any of these."""

from labeling.errors import LabelingError

# Trouble of AWS is not among them: what passes by itself is tried again.
BROKEN = (
    LabelingError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
