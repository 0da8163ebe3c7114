package dev.millrace.simulator.wire;

/**
 * A response header.
 *
 * @param name name in the provider's spelling
 * @param value value without line breaks
 */
public record HeaderValue(String name, String value) {}
