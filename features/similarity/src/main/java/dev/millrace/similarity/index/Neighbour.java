package dev.millrace.similarity.index;

/**
 * A stored embedding that a search has found.
 *
 * @param slot the index's number for the embedding
 * @param similarity cosine with the searched embedding, at most 1
 */
public record Neighbour(int slot, float similarity) {}
