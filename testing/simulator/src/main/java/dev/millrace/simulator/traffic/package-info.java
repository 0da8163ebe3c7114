/**
 * Statistics of the calls that arrived: outcomes, and the highest amounts in any sliding window, in
 * total, by model and by account.
 *
 * <p>Thread-safe. Time is an argument. Depends on {@code limit}.
 */
@NullMarked
package dev.millrace.simulator.traffic;

import org.jspecify.annotations.NullMarked;
