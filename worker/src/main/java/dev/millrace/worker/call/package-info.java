/**
 * Calls providers over HTTP, each on its own virtual thread. The loop starts a call and receives
 * exactly one report, whatever happens. Keys stay inside this package and {@code wire}.
 *
 * <p>Depends on {@code answer}, {@code port} and {@code wire}.
 */
@NullMarked
package dev.millrace.worker.call;

import org.jspecify.annotations.NullMarked;
