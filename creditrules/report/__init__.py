"""Paper for people outside: notices and the policy book, as HTML that prints on A4 and as Markdown."""
