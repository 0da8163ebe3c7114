/**
 * Makes the bodies that are sent to providers. Translates the requests and answers of jobs whose
 * provider does not offer the job's endpoint.
 *
 * <p>Runs on the thread of the call. Depends on {@code answer} and on the module wire. The list of
 * translations is an argument of the worker.
 *
 * <p>A translation reads a body into a tree. It holds the body, the tree, and the translated body
 * with its buffer: about five times the body if the body is mostly text. A request with very many
 * small values takes up to 50 MB more, since a translation accepts a limited number of them. {@link
 * dev.millrace.worker.translate.TranslationBudget} bounds the bodies that are translated at once.
 * After its translation, a call holds the job's record and the sent body, then the job's record and
 * the body of the answer.
 */
@NullMarked
package dev.millrace.worker.translate;

import org.jspecify.annotations.NullMarked;
