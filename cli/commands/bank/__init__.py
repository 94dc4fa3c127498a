"""Commands about what a bank tells by itself."""
