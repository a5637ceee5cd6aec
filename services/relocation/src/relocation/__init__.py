"""Moving off unfit land: what a household is offered, and what it answers."""
