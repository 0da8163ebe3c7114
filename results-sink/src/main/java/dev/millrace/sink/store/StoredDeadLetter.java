package dev.millrace.sink.store;

import dev.millrace.contracts.result.DeadLetter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter.
 *
 * @param letter why, and where the record stood
 * @param key as it came; null when it had none
 * @param value as it came; null when it had none
 */
public record StoredDeadLetter(
        DeadLetter letter, Instant receivedAt, byte @Nullable [] key, byte @Nullable [] value) {}
