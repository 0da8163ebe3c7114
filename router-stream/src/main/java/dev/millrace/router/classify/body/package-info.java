/**
 * What stands in the body of a request, found by reading it once from front to back: where its
 * texts are, which of them is the question, what else a model must read. Pure; any thread.
 */
@NullMarked
package dev.millrace.router.classify.body;

import org.jspecify.annotations.NullMarked;
