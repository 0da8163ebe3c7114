package dev.millrace.standalone.lateness;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How late the waiting jobs of a model are.
 *
 * @param lateShare estimated share of the waiting jobs that will miss their deadline at the present
 *     rate, 0 to 1; null if no waiting job could be read
 * @param oldest time since the submission of the oldest sampled job; zero if no job waits, null if
 *     no waiting job could be read
 */
public record ModelLateness(String model, @Nullable Double lateShare, @Nullable Duration oldest) {}
