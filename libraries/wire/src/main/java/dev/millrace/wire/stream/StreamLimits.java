package dev.millrace.wire.stream;

/**
 * Bounds of one streamed answer. Memory stays within a small multiple of their sum.
 *
 * @param maxLineBytes longest line of the stream
 * @param maxEventBytes longest data of one event
 * @param maxBodyBytes longest assembled body; also bounds the fragments that are held until then
 */
public record StreamLimits(int maxLineBytes, int maxEventBytes, long maxBodyBytes) {}
