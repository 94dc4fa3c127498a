"""What stands in the zip where s3transfer would.

boto3 looks at one class of s3transfer when it is imported. That is a whole machinery of threads
and processes for S3, which no request touches.
"""

STAND_INS = {
    "s3transfer/__init__.py": "",
    "s3transfer/manager.py": "class TransferConfig:\n    UNSET_DEFAULT = None\n",
}
"""Files of the zip, and their text."""
