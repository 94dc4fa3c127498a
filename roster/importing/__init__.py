"""A list of vendors, as a market keeps it in a spreadsheet, made into entries of the roster."""
