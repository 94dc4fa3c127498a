"""Running things on this machine: the emulator, serving, and the CDN's stand-in."""
