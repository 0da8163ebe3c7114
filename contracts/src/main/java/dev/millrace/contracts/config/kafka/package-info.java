/**
 * The {@code kafka} section: the properties that a user may set, the properties of each client, and
 * the meaning of the clients' failures.
 *
 * <p>Values only, safe on any thread. Depends on the config reader.
 */
@NullMarked
package dev.millrace.contracts.config.kafka;

import org.jspecify.annotations.NullMarked;
