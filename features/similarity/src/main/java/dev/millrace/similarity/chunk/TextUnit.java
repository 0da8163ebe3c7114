package dev.millrace.similarity.chunk;

/**
 * A sentence, or a part of a sentence that is too long for one passage.
 *
 * @param tokens size, at least 1
 * @param endsParagraph true for the last unit of a paragraph
 */
record TextUnit(TextSpan span, int tokens, boolean endsParagraph) {}
