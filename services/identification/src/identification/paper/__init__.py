"""Paper (文书): the documents that are printed, filled in or blank, and what tells a printed one again."""
