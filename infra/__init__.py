"""What runs in AWS: the templates, and the making of the Lambda zip."""
