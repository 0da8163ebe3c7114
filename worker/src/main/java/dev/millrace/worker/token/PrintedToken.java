package dev.millrace.worker.token;

import dev.millrace.configuration.Secret;
import java.time.Instant;
import java.util.Optional;

/** The output of a command that prints a token: the bare token, or JSON with its expiry. */
sealed interface PrintedToken {
    /**
     * A token that can be used.
     *
     * @param expires empty if the command has not printed it
     */
    record Token(Secret value, Optional<Instant> expires) implements PrintedToken {}

    /**
     * No usable token.
     *
     * @param message the end of a sentence that begins with the command; contains no output
     */
    record Problem(String message) implements PrintedToken {}
}
