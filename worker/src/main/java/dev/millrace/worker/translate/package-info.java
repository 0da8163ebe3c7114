/**
 * Makes the bodies that are sent to providers. Translates the requests and answers of jobs whose
 * provider does not offer the job's endpoint.
 *
 * <p>Runs on the thread of the call. Depends on {@code answer} and on the module wire, which knows
 * the fields of all APIs.
 *
 * <p>A translation reads a body into a tree. While it runs, it holds the body, the tree, and the
 * translated body with its buffer: about five times the body if the body is mostly text, and up to
 * 50 MB more for a request of very many small values, whose number {@link
 * dev.millrace.wire.translate.Translation} limits. {@link
 * dev.millrace.worker.translate.TranslationBudget} bounds the bodies that are translated at once.
 * Afterwards a call holds what any call holds: the job's record and the body that was sent, then
 * the job's record and the body of the answer.
 */
@NullMarked
package dev.millrace.worker.translate;

import org.jspecify.annotations.NullMarked;
