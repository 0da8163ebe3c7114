package dev.millrace.router.document;

/**
 * What one call for a document may hold.
 *
 * @param tokens tokens of a document that fit into a call of each model that may be called
 * @param answerTokens most tokens of an answer, as far as it is known
 * @param bytes most bytes of the JSON string of a document, which its topic accepts
 */
public record CallRoom(long tokens, long answerTokens, long bytes) {
    /** Creates the room of calls whose topic accepts documents of any length. */
    public static CallRoom ofTokens(long tokens, long answerTokens) {
        return new CallRoom(tokens, answerTokens, Long.MAX_VALUE);
    }
}
