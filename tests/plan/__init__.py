"""What a plan finds: valid batches, one for each modality, and kinds of faults seeded into them."""
