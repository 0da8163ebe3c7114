/**
 * What a worker does so that calls find the beginnings of their prompts in their provider's cache:
 * {@code WarmPrompts} groups the jobs that share a prefix, and {@code SharedPrompt} is the prompt
 * of one of them. One call of a group writes the prefix while the others wait. Pure state on the
 * loop's thread, with the time as an argument. Depends on contracts and {@code wire.prompt}.
 *
 * <p>{@code docs/decisions/032-warm-prompts.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.prompt;

import org.jspecify.annotations.NullMarked;
