/**
 * Says which requests a semantic cache may answer ({@code PromptReader}), and which of them may
 * share an answer if their prompts mean the same ({@code NamespaceKey}).
 *
 * <p>Pure functions for any thread.
 */
@NullMarked
package dev.millrace.similarity.prompt;

import org.jspecify.annotations.NullMarked;
