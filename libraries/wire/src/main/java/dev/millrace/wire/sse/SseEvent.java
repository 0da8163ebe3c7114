package dev.millrace.wire.sse;

/**
 * A server-sent event.
 *
 * @param name value of the {@code event} field; empty if the event has none
 * @param data values of the {@code data} fields, separated by line feeds; not checked to be UTF-8
 */
public record SseEvent(String name, byte[] data) {}
