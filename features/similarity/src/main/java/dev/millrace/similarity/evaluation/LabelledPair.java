package dev.millrace.similarity.evaluation;

/**
 * Two questions, with a label: does an answer to one question fit the other?
 *
 * @param line number of the line in its file, from 1
 * @param a first question, not blank
 * @param b second question, not blank
 */
public record LabelledPair(long line, String a, String b, boolean isSame) {}
