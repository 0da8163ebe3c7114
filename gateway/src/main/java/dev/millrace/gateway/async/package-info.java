/**
 * Jobs over HTTP without a waiting client: submitted one by one or as JSON Lines, looked up by
 * their ids, and followed by server-sent events. Depends on the answer, connection, http, job and
 * repeat packages, on contracts and on the producer.
 */
@NullMarked
package dev.millrace.gateway.async;

import org.jspecify.annotations.NullMarked;
