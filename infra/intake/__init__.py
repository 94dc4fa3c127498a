"""Where banks' messages are forwarded to, deployed: a stack and a zip of its own, where somebody
wants it."""
