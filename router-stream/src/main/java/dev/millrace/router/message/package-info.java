/**
 * The messages between steps, and the reader that makes the first message from a request. Also
 * texts of messages, counts of messages, and the backlog of a stream thread. Messages are immutable
 * values for any thread. Depends on contracts and config reader.
 */
@NullMarked
package dev.millrace.router.message;

import org.jspecify.annotations.NullMarked;
