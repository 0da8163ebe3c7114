/**
 * The settings of the simulated provider: immutable, self-validating records. Reading them reports
 * every problem.
 *
 * <p>Depends on Jackson's tree model and the module {@code yaml}. Uses no threads and no clock.
 */
@NullMarked
package dev.millrace.simulator.settings;

import org.jspecify.annotations.NullMarked;
