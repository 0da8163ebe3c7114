/**
 * Translates the requests and answers of jobs whose provider does not offer the job's endpoint.
 *
 * <p>Runs on the thread of the call. Depends on {@code answer} and on the module provider-wire,
 * which knows the fields of both APIs.
 *
 * <p>A translation reads a body into a tree. While it runs, it holds the body, the tree (up to
 * twice the body, which is text), and the translated body with its buffer (up to three times the
 * body). {@link dev.millrace.worker.translate.TranslationBudget} bounds the bodies that are
 * translated at once. Afterwards a call holds what any call holds: the job's record and the body
 * that was sent, then the job's record and the body of the answer.
 */
@NullMarked
package dev.millrace.worker.translate;

import org.jspecify.annotations.NullMarked;
