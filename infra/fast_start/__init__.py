"""What makes a cold start fast beyond packing little. It is clever, so each says what it saves."""
