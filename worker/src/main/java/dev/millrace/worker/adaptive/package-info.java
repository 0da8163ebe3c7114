/**
 * Finds the limits of a provider that nobody configured: {@code AdaptiveLimit} is the controller of
 * one model. {@code InFlightWindow} bounds the calls in flight, {@code ThrottledPace} the rate once
 * the provider refuses calls. Pure state on the loop's thread, with the time as an argument.
 * Depends on nothing.
 */
@NullMarked
package dev.millrace.worker.adaptive;

import org.jspecify.annotations.NullMarked;
