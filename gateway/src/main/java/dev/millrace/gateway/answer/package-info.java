/**
 * Answers single calls of clients: each becomes a job, and its result the answer. Also lists the
 * models. Depends on the connection, http and job packages and on contracts.
 */
@NullMarked
package dev.millrace.gateway.answer;

import org.jspecify.annotations.NullMarked;
