package dev.millrace.similarity.index;

import java.util.List;

/**
 * The embeddings of one namespace, searched by their cosine.
 *
 * <p>Not thread-safe, not even for concurrent searches: one thread at a time may call an index.
 */
public interface SimilarityIndex {
    /** Most embeddings that a growing index compares with each search. */
    int MAX_COMPARED = 100_000;

    /** Returns an empty index that compares each search with all embeddings. */
    static SimilarityIndex flat() {
        return new FlatIndex();
    }

    /**
     * Returns an empty index that compares each search with all embeddings while there are at most
     * {@link #MAX_COMPARED}. With more, it searches a graph, which misses a few neighbours.
     */
    static SimilarityIndex growing() {
        return new GrowingIndex(MAX_COMPARED);
    }

    /** Returns true if an embedding can be added and searched for. */
    static boolean accepts(float[] embedding) {
        return UnitVector.hasDirection(embedding);
    }

    /**
     * Adds a copy of an embedding.
     *
     * @return the slot of the embedding until it is removed. Slots are small numbers from 0; those
     *     of removed embeddings are used again
     * @throws IllegalArgumentException if the embedding does not have {@link
     *     dev.millrace.similarity.embedding.EmbeddingModel#DIMENSIONS} finite numbers, or only
     *     zeros: if the index does not {@link #accepts accept} it
     */
    int add(float[] embedding);

    /**
     * Removes an embedding.
     *
     * @throws IllegalArgumentException if the slot has none
     */
    void remove(int slot);

    /**
     * Returns the most similar embeddings, most similar first. Equally similar embeddings come in
     * the order of their addition.
     *
     * @param minimum least similarity of a result, from -1 to 1; a higher minimum makes the search
     *     faster
     * @param most number of results, from 1 to {@link #MAX_NEIGHBOURS}. Ask for several when
     *     results are checked further: the nearest question can be about another year
     * @throws IllegalArgumentException if a parameter is out of its range
     */
    List<Neighbour> nearest(float[] embedding, float minimum, int most);

    /** Most results of a search. */
    int MAX_NEIGHBOURS = 100;

    /** Returns the number of embeddings. */
    int size();

    /** Returns the memory that the index takes, in bytes, with an error of a few hundred. */
    long bytes();
}
