"""HTML pages that load nothing from a network: sanitized submissions, formulas and exports."""
