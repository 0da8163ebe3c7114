/**
 * Assembles a streamed answer into the body that the unstreamed call would have given, and finds
 * the answer in a wrongly labelled body.
 *
 * <p>{@link dev.millrace.wire.stream.StreamedAnswer} takes the bytes of one response as they
 * arrive, in pieces of any size, on the thread of the call. Nothing waits, nothing reads a clock,
 * and memory is bounded by {@link dev.millrace.wire.stream.StreamLimits}. Depends on contracts,
 * {@code sse} and {@code json}.
 *
 * <p>Each step tolerates the oddities of its level:
 *
 * <pre>
 * bytes ─► sse.SseParser ──► json.LenientJson ─► StreamedAnswer ──► EventAssembler ─► body
 *          lines, events     data of an event    errors, ends       one for each API
 * body that is no stream, or no JSON ─► AnswerBody
 * </pre>
 *
 * <p>To add an oddity, put the stream and the body that it has to become into {@code stream/odd} of
 * the test resources; {@code OddStream} says how such files are named. All tests and fuzz tests
 * read the folder.
 *
 * <p>Sources: <a
 * href="https://platform.openai.com/docs/api-reference/chat-streaming">chat.completion.chunk</a>,
 * <a href="https://platform.openai.com/docs/api-reference/responses-streaming">response events</a>
 * (both as in <a href="https://github.com/openai/openai-openapi">openai/openai-openapi</a> of
 * 2026-08-21), <a
 * href="https://platform.claude.com/docs/en/build-with-claude/streaming">Anthropic's message
 * events</a> (types as in <a href="https://github.com/anthropics/anthropic-sdk-typescript">
 * anthropic-sdk-typescript</a> of 2026-08-19).
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.stream;

import org.jspecify.annotations.NullMarked;
