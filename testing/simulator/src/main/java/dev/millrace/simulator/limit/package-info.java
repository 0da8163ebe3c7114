/**
 * The rate limits of models and accounts: buckets that refill and strict sliding windows.
 *
 * <p>Nothing here is thread-safe; the caller holds a lock. Time is an argument. Depends on {@code
 * settings} and {@code wire}.
 */
@NullMarked
package dev.millrace.simulator.limit;

import org.jspecify.annotations.NullMarked;
