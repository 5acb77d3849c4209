"""The keys of an office: kept, written down, changed."""
