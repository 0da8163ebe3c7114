package dev.millrace.producer;

/** The position of a published request. */
public record Published(String topic, int partition, long offset) {}
