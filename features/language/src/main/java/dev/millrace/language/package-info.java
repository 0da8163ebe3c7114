/**
 * Distinguishes languages that share a script, with a library whose model loads on first use. The
 * router finds the script, and asks only if several languages use it. Any thread. Depends on
 * nothing of Millrace.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.language;

import org.jspecify.annotations.NullMarked;
