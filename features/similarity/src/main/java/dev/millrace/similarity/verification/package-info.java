/**
 * Verifies a share of the hits of a semantic cache by real calls, and makes imprecise namespaces
 * stricter. {@code VerificationPolicy} has the rules, and {@code VerificationState} is the state of
 * one namespace. {@code AnswerComparison} decides whether a reused answer and the answer of the
 * real call agree.
 *
 * <p>States are immutable values, and their transitions pure functions. {@code AnswerComparison}
 * computes embeddings: never call it from a stream thread.
 */
@NullMarked
package dev.millrace.similarity.verification;

import org.jspecify.annotations.NullMarked;
