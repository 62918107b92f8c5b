"""From the text of a new document to candidate rows that a person accepts, corrects or drops.

Nothing here decides: every candidate carries the phrase, its offset and its clause, so that the reader can see in
a moment whether the document says so. What is accepted goes through the same schema and the same checks as the
rest of the catalogue.
"""
