/**
 * Decides whether two short questions can have one answer. A high cosine of their embeddings is not
 * enough: questions that differ in a number, a name or a negation are close to each other. {@code
 * Wording} sorts the words of a text by their role, and compares them with those of another. Made
 * for English; in other languages it accepts fewer paraphrases, not more.
 */
@NullMarked
package dev.millrace.similarity.paraphrase;

import org.jspecify.annotations.NullMarked;
