"""Every state of the pages and tills, and what is wrong with how one looks."""
