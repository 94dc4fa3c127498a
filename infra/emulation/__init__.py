"""A stage on emulated AWS: its CDN, a rehearsal of its deployment, and what that shows."""
