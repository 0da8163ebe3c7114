/**
 * Decides which requests a semantic cache may answer ({@code PromptReader}), and which of them
 * share a namespace ({@code NamespaceKey}). Only requests in one namespace can share an answer.
 *
 * <p>Pure functions for any thread.
 */
@NullMarked
package dev.millrace.similarity.prompt;

import org.jspecify.annotations.NullMarked;
