/**
 * Policies: rules that select a model for jobs without one. Reads policies from a file and writes
 * them as text.
 *
 * <p>Values only, safe on any thread. The router evaluates the conditions. Depends on {@code
 * catalog}, {@code job}, {@code money} and the module {@code yaml}.
 *
 * <p>{@code docs/decisions/010-policies.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.policy;

import org.jspecify.annotations.NullMarked;
