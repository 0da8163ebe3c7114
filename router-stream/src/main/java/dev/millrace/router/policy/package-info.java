/**
 * The policies that jobs are routed by as they are now: their rules, where their ramps are, which
 * arms have lost their share, and which arm of a split a job goes to.
 *
 * <p>Values and functions of them, for any thread. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router.policy;

import org.jspecify.annotations.NullMarked;
