"""Commands on the site that a roster makes: building, publishing, its codes."""
