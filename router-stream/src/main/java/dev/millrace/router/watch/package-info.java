/**
 * Watches new models: what became of the jobs of each arm of a split, whether a guard is breached,
 * and how far a ramp has come. Decisions are pure: windows of outcomes in, a breach or a step out.
 *
 * <p>A window belongs to one stream thread.
 */
@NullMarked
package dev.millrace.router.watch;

import org.jspecify.annotations.NullMarked;
