/**
 * Jobs of {@code /v1/messages} for providers of {@code /v1/chat/completions}: the request there,
 * the answer back. The two tables name every field; the classes beside them do what the tables say.
 * Pure functions. Depends on {@code field} and wire.
 *
 * <p>Sources: the messages reference (<a
 * href="https://platform.claude.com/docs/en/api/messages/create">create</a>, as in <a
 * href="https://github.com/anthropics/anthropic-sdk-typescript">anthropic-sdk-typescript</a> of
 * 2026-08-19) and the chat completions reference (<a
 * href="https://platform.openai.com/docs/api-reference/chat/create">create</a>, <a
 * href="https://platform.openai.com/docs/api-reference/chat/object">object</a>, as in <a
 * href="https://github.com/openai/openai-openapi">openai/openai-openapi</a> of 2026-08-21).
 */
@NullMarked
package dev.millrace.translation.messages;

import org.jspecify.annotations.NullMarked;
