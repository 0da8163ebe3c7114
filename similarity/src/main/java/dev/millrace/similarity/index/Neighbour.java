package dev.millrace.similarity.index;

/**
 * A stored embedding that a search has found.
 *
 * @param slot number by which the index knows the embedding
 * @param similarity cosine with the embedding that was searched for, at most 1
 */
public record Neighbour(int slot, float similarity) {}
