/**
 * Kafka's clients: which of a user's properties each client gets, and what failures of the clients
 * mean.
 *
 * <p>Values only, safe on any thread. Depends on nothing of ours.
 */
@NullMarked
package dev.millrace.contracts.kafka;

import org.jspecify.annotations.NullMarked;
