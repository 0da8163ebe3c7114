/**
 * Measures on labelled pairs of questions how often a semantic cache would answer, and how often
 * wrongly. {@code PairReader} reads the pairs, {@code PairScorer} computes what the cache would
 * see, and {@code Evaluation} counts the results.
 */
@NullMarked
package dev.millrace.similarity.evaluation;

import org.jspecify.annotations.NullMarked;
