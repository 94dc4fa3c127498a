"""The API that Zappa deploys to Lambda, and the DynamoDB table behind it."""
