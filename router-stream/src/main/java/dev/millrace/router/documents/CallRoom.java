package dev.millrace.router.documents;

/**
 * The limits of one call for a part of a document, or for answers to join.
 *
 * @param tokens most tokens of the text that replaces the document, so that the call fits into the
 *     window of every model of the chain; {@link Long#MAX_VALUE} if no window is known
 * @param answerTokens most tokens of the answer; an estimate without an output limit
 * @param bytes most bytes of the replacing text as a JSON string, so that the record fits into its
 *     topic
 */
public record CallRoom(long tokens, long answerTokens, long bytes) {}
