/**
 * Calls providers, each call on its own virtual thread. The loop starts a call and receives exactly
 * one report, whatever happens. Keys stay inside this package, {@code http}, {@code wire}, and the
 * feature that implements {@code ExpiringKey}.
 *
 * <p>Depends on {@code answer}, {@code capacity}, {@code http}, {@code port}, {@code translate} and
 * {@code wire}.
 */
@NullMarked
package dev.millrace.worker.call;

import org.jspecify.annotations.NullMarked;
