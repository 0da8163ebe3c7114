package dev.millrace.simulator.wire;

/**
 * One header of a response.
 *
 * @param name in the provider's own spelling
 * @param value without line breaks
 */
public record HeaderValue(String name, String value) {}
