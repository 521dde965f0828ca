"""Measurements: always two things side by side in one run, told as a ratio. ``make bench`` runs them all,
``make bench CASES=convolution`` those with that in their name."""
