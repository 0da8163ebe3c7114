/**
 * Classifies requests: complexity, task, language, urgency and length. The rules examine the last
 * user message and the request as a whole. Only values that a policy asks for are computed.
 *
 * <p>Runs on the router's stream threads. Depends on contracts only; knows nothing of Kafka.
 */
@NullMarked
package dev.millrace.router.classify;

import org.jspecify.annotations.NullMarked;
