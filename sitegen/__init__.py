"""The site: a Flask app that Frozen-Flask freezes, its QR codes, and publishing to S3."""
