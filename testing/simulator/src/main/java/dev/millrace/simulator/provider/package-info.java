/**
 * Decides how the provider reacts to a call: answer, error, hang or drop. The decision follows from
 * the model's settings, its limits and chance.
 *
 * <p>Independent of the HTTP server. Thread-safe. Time and randomness are constructor arguments.
 */
@NullMarked
package dev.millrace.simulator.provider;

import org.jspecify.annotations.NullMarked;
