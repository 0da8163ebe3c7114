/**
 * Runs work of this process on threads of its own, and finds out that such a thread must open its
 * topics again. Any thread may start and close such a thread. Depends on contracts.
 */
@NullMarked
package dev.millrace.retrieval.background;

import org.jspecify.annotations.NullMarked;
