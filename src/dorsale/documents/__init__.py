"""From prose to facts: documents, quotations, the files of facts, known names."""
