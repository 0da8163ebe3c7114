/**
 * How providers cache the beginnings of prompts: {@code prompt-cache.tsv} has a rule for each
 * provider, and {@code PromptPrefix} is the beginning that several jobs can share. Pure functions
 * for any thread. Depends on contracts only.
 *
 * <p>{@code docs/decisions/032-warm-prompts.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.prompt;

import org.jspecify.annotations.NullMarked;
