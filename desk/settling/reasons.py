"""The words in which matching tells what speaks for a pair of a line and a claim. A plan carries
them to whoever decides it, so they are known by these words there, too."""

REFERENCE = "its reference"
PART_OF_REFERENCE = f"part of {REFERENCE}"
NUMBER = "the number that its payer typed"
NAME_FITS = "amount, name and day fit"
NAME_FITS_TOO = "the amount and the name fit, too"
NO_NAME_FITS = "amount and day fit, the name does not"

# What comes after “but”, and says only which of several it may be
OTHER_NAME = "the name is another"
OTHER_NUMBER = "another's number is in it, too"
LINES_HAVE_IT = "lines have it"
