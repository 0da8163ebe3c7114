/**
 * The router: Kafka Streams under exactly-once v2, from the request topics to the job topics, the
 * results and the dead letters. {@link dev.millrace.router.Router} starts and stops it; the steps
 * are in {@code step}, the decisions about models in {@code plan}.
 *
 * <p>Streams' own threads run it. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
