package dev.millrace.sink.usage;

import java.time.Instant;
import java.util.Optional;

/**
 * The rows that a question is about. An empty field matches every row.
 *
 * @param from first time
 * @param to time after the last
 */
public record UsageFilter(
        Optional<String> tenant,
        Optional<String> batch,
        Optional<String> model,
        Optional<String> provider,
        Optional<Instant> from,
        Optional<Instant> to) {}
