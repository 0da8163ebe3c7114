package dev.millrace.retrieval.vector;

import dev.millrace.contracts.digest.Sha256;

/**
 * Identifies compatible vectors: vectors of one set of documents, one model and one division into
 * passages. Vectors of another space remain in the topic, so that a process with another
 * configuration neither uses nor replaces them.
 *
 * @param id 16 hexadecimal digits
 */
public record VectorSpace(String id) {
    /** Changes whenever passages or records change. */
    private static final String VERSION = "1";

    private static final int BYTES = 8;

    /**
     * Returns the space of a configuration.
     *
     * @param documents id of the topic of documents
     * @param vectors id of the topic of vectors
     * @param tokens most tokens of a passage
     * @param overlap most tokens that a passage repeats
     */
    public static VectorSpace of(
            String documents, String vectors, String model, int tokens, int overlap) {
        String text =
                String.join(
                        "\n",
                        VERSION,
                        documents,
                        vectors,
                        model,
                        Integer.toString(tokens),
                        Integer.toString(overlap));
        return new VectorSpace(Sha256.hex(text, BYTES));
    }

    /** Returns the id as a number. */
    long number() {
        return Long.parseUnsignedLong(id, 16);
    }
}
