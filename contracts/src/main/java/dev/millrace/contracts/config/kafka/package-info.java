/**
 * The {@code kafka} section: which properties a user may set, and which of them each client gets.
 *
 * <p>Values only, safe on any thread. Depends on the config reader.
 */
@NullMarked
package dev.millrace.contracts.config.kafka;

import org.jspecify.annotations.NullMarked;
