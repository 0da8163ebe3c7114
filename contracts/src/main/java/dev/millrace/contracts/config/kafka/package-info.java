/**
 * The {@code kafka} section: which properties a user may set, which of them each client gets, and
 * what failures of the clients mean.
 *
 * <p>Values only, safe on any thread. Depends on the config reader.
 */
@NullMarked
package dev.millrace.contracts.config.kafka;

import org.jspecify.annotations.NullMarked;
