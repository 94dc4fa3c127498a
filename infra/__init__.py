"""What runs in AWS: the templates, the Lambda zip, and deploying, rolling back and rehearsing."""
