/**
 * The settings of the simulated provider: immutable, self-validating records. Reading them from
 * JSON reports every problem.
 *
 * <p>Depends on Jackson's tree model only. Uses no threads and no clock.
 */
@NullMarked
package dev.millrace.simulator.settings;

import org.jspecify.annotations.NullMarked;
