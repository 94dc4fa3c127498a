"""Tables that banks export, as text or as workbooks: which column is what, and their lines."""
