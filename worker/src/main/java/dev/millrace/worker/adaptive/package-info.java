/**
 * Finds the limits of a provider that nobody configured: {@code AdaptiveLimit} is the controller of
 * one model. {@code CallLimiter} bounds the calls in flight or their rate, each a {@code
 * ProbedLevel}. {@code CallHistory} counts the refused calls, and {@code RefusalEvidence} tells
 * those that the level causes from chance. Pure state on the loop's thread, with the time as an
 * argument. Depends on nothing.
 */
@NullMarked
package dev.millrace.worker.adaptive;

import org.jspecify.annotations.NullMarked;
