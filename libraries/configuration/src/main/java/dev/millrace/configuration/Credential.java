package dev.millrace.configuration;

import java.util.Optional;

/** The source of an API key. */
public sealed interface Credential permits Secret, TokenCommand {
    /** Returns which part of the configuration is not set; empty if all are set. */
    Optional<String> missing();
}
