package dev.millrace.standalone.client;

import java.time.Instant;
import java.util.Optional;

/**
 * The metadata that is stored with every change.
 *
 * @param at time of the change
 * @param by user who makes the change
 * @param note reason for the change
 */
public record ChangeMetadata(Instant at, String by, Optional<String> note) {}
