"""Lists: how rows are found, narrowed, ordered, shown and taken away."""
