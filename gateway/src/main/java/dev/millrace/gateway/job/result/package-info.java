/**
 * Reads the results that are awaited: a thread of its own reads the few partitions in which they
 * arrive. Depends on {@code contracts} and Kafka's clients.
 */
@NullMarked
package dev.millrace.gateway.job.result;

import org.jspecify.annotations.NullMarked;
