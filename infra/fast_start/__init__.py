"""What makes a cold start fast beyond packing little. It is clever, so each part says what it
saves; docs/lambda-zip.md has the table. One more is in the Lambda itself: backend/lambda_entry.py
keeps Python's garbage collector still while everything is loaded."""
