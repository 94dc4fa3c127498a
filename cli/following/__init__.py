"""Payments as they arrive, on a screen or handed on."""
