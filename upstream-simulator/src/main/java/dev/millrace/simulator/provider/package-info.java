/**
 * Decides what becomes of a call: answer, error, hang or drop, by the settings of its model, its
 * limits and chance.
 *
 * <p>Knows no HTTP server. Time and chance are constructor arguments; any thread may ask.
 */
@NullMarked
package dev.millrace.simulator.provider;

import org.jspecify.annotations.NullMarked;
