/**
 * Compares questions and divides texts, without network calls. Pure, except that the first
 * embedding loads the model.
 *
 * <ul>
 *   <li>{@code prompt} which requests may share an answer
 *   <li>{@code embedding} texts become vectors
 *   <li>{@code index} finds the nearest vectors
 *   <li>{@code paraphrase} rejects questions that differ in a number, a name or a negation
 *   <li>{@code verification} checks reused answers by real calls
 *   <li>{@code evaluation} measures a threshold on labelled pairs
 *   <li>{@code chunk} divides long texts
 * </ul>
 *
 * <p>{@code docs/decisions/015-semantic-cache.md} has the reasons.
 */
@NullMarked
package dev.millrace.similarity;

import org.jspecify.annotations.NullMarked;
