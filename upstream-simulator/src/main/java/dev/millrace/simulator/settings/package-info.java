/**
 * How the simulated provider behaves: immutable records that validate themselves, read from JSON
 * with every problem named.
 *
 * <p>Depends on Jackson's tree model only; nothing here has a thread or a clock.
 */
@NullMarked
package dev.millrace.simulator.settings;

import org.jspecify.annotations.NullMarked;
