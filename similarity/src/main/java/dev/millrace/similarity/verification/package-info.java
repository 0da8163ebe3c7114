/**
 * Verifies a share of the hits of a semantic cache by real calls, and makes a namespace stricter
 * whose hits are too often wrong: {@code VerificationPolicy} has the rules, {@code
 * VerificationState} is what is known of one namespace, and {@code AnswerComparison} says whether a
 * reused answer and the answer of the real call say the same.
 *
 * <p>States are immutable values, and their transitions pure functions. {@code AnswerComparison}
 * computes embeddings: never call it from a stream thread.
 */
@NullMarked
package dev.millrace.similarity.verification;

import org.jspecify.annotations.NullMarked;
