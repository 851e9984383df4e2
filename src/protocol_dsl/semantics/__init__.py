"""From the tree to the model: names, kinds and units, checks, lowering. The text ends here."""
