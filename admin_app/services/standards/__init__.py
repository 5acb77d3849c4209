"""What the rules ask of a place, measured from its registers."""
