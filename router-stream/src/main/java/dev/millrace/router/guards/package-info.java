/**
 * Introduces new models safely: monitors rules that have a guard or a ramp, and publishes trips and
 * ramp steps to the control topic. {@link dev.millrace.router.guards.Guards} plugs into the core.
 *
 * <p>{@code OutcomeSelectionStep} and {@code CanaryMonitorStep} run the monitors: {@code
 * GuardMonitor} detects that a new model does worse than the rule's other arms, from sliding
 * windows of job outcomes, and {@code RampProgress} counts good results. {@code
 * CanaryInFlightStore} limits the unfinished jobs of guarded arms.
 *
 * <p>Decisions are pure functions of windows. Unless a class says otherwise, its objects belong to
 * the one stream thread that runs the monitor's task.
 *
 * <p>{@code docs/decisions/010-policies.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.guards;

import org.jspecify.annotations.NullMarked;
