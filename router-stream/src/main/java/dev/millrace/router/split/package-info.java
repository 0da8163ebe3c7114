/**
 * Long documents while they are processed: sends the parts of a document as jobs of their own,
 * collects their answers, has them joined, and ends the job of the request.
 *
 * <p>{@link dev.millrace.router.split.SplitTask} belongs to the stream thread of a task. Depends on
 * {@code split.store}, {@code document}, {@code waiting}, {@code budget.partition.store} and {@code
 * cache.result}.
 */
@NullMarked
package dev.millrace.router.split;

import org.jspecify.annotations.NullMarked;
