"""What holds when work cannot: allowances, assessed and approved."""
