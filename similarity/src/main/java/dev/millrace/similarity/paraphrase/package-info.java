/**
 * Decides whether two short questions may have the same answer. A high cosine of their embeddings
 * is not enough: questions that differ in a number, a name or a negation are close to each other.
 * {@code Wording} is what a text says word by word, and {@code ParaphraseGuard} compares two of
 * them. Made for English; of other languages it accepts fewer paraphrases, not more.
 */
@NullMarked
package dev.millrace.similarity.paraphrase;

import org.jspecify.annotations.NullMarked;
