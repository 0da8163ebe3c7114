/**
 * Detects the language of a text, by its script if only one language uses it, otherwise by the
 * library of a feature. Any thread.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.classify.language;

import org.jspecify.annotations.NullMarked;
