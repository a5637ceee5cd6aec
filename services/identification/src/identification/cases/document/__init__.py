"""Documents (文书): what is on record, printed on paper; and whether a printed one is what it seems."""
