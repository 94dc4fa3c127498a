"""The site: a Flask app that Frozen-Flask freezes, and its QR codes."""
