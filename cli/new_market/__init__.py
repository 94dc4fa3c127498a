"""What `payees init` writes: a roster, what git leaves out, and a workflow for GitHub."""
