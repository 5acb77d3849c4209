"""The ledger: recording, deciding and reversing hours, and the totals that follow from them."""
