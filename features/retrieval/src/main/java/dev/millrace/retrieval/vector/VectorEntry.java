package dev.millrace.retrieval.vector;

import java.util.List;

/**
 * A record of the topic of vectors. In one partition and space, the offsets of the documents never
 * decrease.
 */
public sealed interface VectorEntry {
    /** Returns the offset of the document in its partition. */
    long document();

    /**
     * Some vectors of a document, since all vectors can be too many for a record.
     *
     * @param number of this piece, from 0
     * @param pieces number of pieces of the document
     */
    record Piece(long document, int number, int pieces, List<float[]> vectors)
            implements VectorEntry {
        public Piece {
            vectors = List.copyOf(vectors);
        }
    }

    /** A document gets no vectors. */
    record Failure(long document, String code, String message) implements VectorEntry {}

    /** All documents up to this one have their vectors, or will never get them. */
    record Progress(long document) implements VectorEntry {}
}
