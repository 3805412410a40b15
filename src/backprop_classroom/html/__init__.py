"""Pages that load nothing from a network: what is safe of a submission, formulas, exports."""
