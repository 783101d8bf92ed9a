"""Growth claims, checked: every figure of a text on a register, each checked with public
statistics."""

__version__ = "0.1.0"
