/**
 * Answers single calls of clients: each becomes a job, and its result the answer. Also lists the
 * models and the usage. Depends on the connection, http, job and sink packages and on contracts.
 */
@NullMarked
package dev.millrace.gateway.answer;

import org.jspecify.annotations.NullMarked;
