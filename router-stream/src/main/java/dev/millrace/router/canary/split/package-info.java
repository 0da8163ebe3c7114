/**
 * Divides the jobs of a rule among its arms.
 *
 * <p>Pure functions for any thread. Depends on {@code policy} and on contracts only.
 */
@NullMarked
package dev.millrace.router.canary.split;

import org.jspecify.annotations.NullMarked;
