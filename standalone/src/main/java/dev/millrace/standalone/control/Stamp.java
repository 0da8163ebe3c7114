package dev.millrace.standalone.control;

import java.time.Instant;
import java.util.Optional;

/**
 * What is written beside every change.
 *
 * @param at when it is made
 * @param by who makes it
 * @param note why
 */
public record Stamp(Instant at, String by, Optional<String> note) {}
