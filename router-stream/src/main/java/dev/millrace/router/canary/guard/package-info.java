/**
 * Detects that a new model does worse than the rule's other arms, from sliding windows of job
 * outcomes. Decisions are pure functions of windows.
 *
 * <p>A window belongs to the stream thread that runs the monitor's task. Depends on contracts only.
 *
 * <p>{@code docs/decisions/010-policies.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.canary.guard;

import org.jspecify.annotations.NullMarked;
