"""The output types of the contract, one family per file."""

from api.enums import register_enums

# Before any type is made: a type keeps the enum as it found it.
register_enums()
