"""How fast the office is, beside a floor and beside a stock screen, in the same run."""
