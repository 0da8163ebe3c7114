package dev.millrace.producer;

/** Where Kafka has put a request. */
public record Published(String topic, int partition, long offset) {}
