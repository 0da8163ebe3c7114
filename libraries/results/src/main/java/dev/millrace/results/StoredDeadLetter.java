package dev.millrace.results;

import dev.millrace.contracts.result.DeadLetter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored dead letter.
 *
 * @param id position in the dead-letter topic
 * @param letter reason and original position
 * @param key original key; null for none
 * @param value original value; null for none
 */
public record StoredDeadLetter(
        DeadLetterId id,
        DeadLetter letter,
        Instant receivedAt,
        byte @Nullable [] key,
        byte @Nullable [] value) {}
