"""The API described for programs, from the definitions that its code validates with."""
