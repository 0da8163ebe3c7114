/**
 * The state of control and policies at one moment: rules, ramp steps and tripped arms.
 *
 * <p>Immutable snapshots for any thread. Depends on configuration and contracts.
 */
@NullMarked
package dev.millrace.router.policy;

import org.jspecify.annotations.NullMarked;
