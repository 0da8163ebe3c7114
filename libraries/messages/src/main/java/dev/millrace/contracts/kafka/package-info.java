/**
 * Kafka's clients: which properties a user may set, which of them each client gets, and what
 * failures of the clients mean.
 *
 * <p>Values only, safe on any thread. Depends on the reader of files.
 */
@NullMarked
package dev.millrace.contracts.kafka;

import org.jspecify.annotations.NullMarked;
