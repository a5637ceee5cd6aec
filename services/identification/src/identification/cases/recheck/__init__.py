"""The re-check (回头看): of a household, for a data match after its review, or a complaint.

Of a household that is registered it takes nothing back; an application still open it may send back, or end.
"""
