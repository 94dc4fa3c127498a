"""What tests and tools share: AWS on this machine, a demo, a phone, made-up payments."""
