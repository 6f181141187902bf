"""The log of the archive: leaves, Merkle tree, proofs; pure."""
