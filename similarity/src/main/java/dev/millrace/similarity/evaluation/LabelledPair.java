package dev.millrace.similarity.evaluation;

/**
 * Two questions, and whether an answer to the one is right for the other.
 *
 * @param line number of the line in its file, from 1
 * @param a not blank; {@code b} likewise
 */
public record LabelledPair(long line, String a, String b, boolean isSame) {}
