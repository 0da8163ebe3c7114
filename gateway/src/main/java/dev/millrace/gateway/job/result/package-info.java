/**
 * Reads awaited results. A dedicated thread reads the few partitions in which they arrive. Depends
 * on {@code contracts} and Kafka's clients.
 */
@NullMarked
package dev.millrace.gateway.job.result;

import org.jspecify.annotations.NullMarked;
