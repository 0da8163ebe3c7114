/**
 * The messages that steps pass on, the reader that makes the first one from a request, texts of
 * messages, counts of messages, and the backlog of a stream thread. Messages are immutable values
 * for any thread. Depends on contracts and config reader.
 */
@NullMarked
package dev.millrace.router.message;

import org.jspecify.annotations.NullMarked;
