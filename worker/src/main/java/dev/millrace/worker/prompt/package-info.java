/**
 * A feature: calls find the beginnings of their prompts in their provider's cache. {@code
 * WarmPrompts} groups the jobs that share a prefix, and {@code SharedPrompt} is the prompt of one
 * of them. One call of a group writes the prefix while the others wait. {@code prompt-cache.tsv}
 * has a rule for each provider. Pure state on the loop's thread, with the time as an argument; the
 * fields of a body are added on the thread of its call. Depends on {@code job} and {@code
 * translate}, whose {@code Prompts}, {@code JobPrompt} and {@code AddedFields} it implements.
 *
 * <p>{@code docs/decisions/032-warm-prompts.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.prompt;

import org.jspecify.annotations.NullMarked;
