package dev.millrace.gateway.results;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The database cannot be read at present. The message is one line. */
public final class ResultsUnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    /** When a reader of too many results at once may try again. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Reason reason;

    /** Why it cannot be read. */
    public enum Reason {
        /** The tenant reads as many results at once as it may. */
        TENANT_BUSY,
        /** All places are taken, or the server stops. */
        BUSY,
        /** A query took too long. */
        TIMED_OUT,
        /** The database does not answer. */
        DOWN,
        /** The database has other tables, or refuses a statement. */
        BROKEN
    }

    /** Creates an exception. */
    public ResultsUnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    private ResultsUnavailableException(Reason reason, DatabaseException cause) {
        super(cause.getMessage(), cause);
        this.reason = reason;
    }

    static ResultsUnavailableException of(DatabaseException e) {
        if (e.kind() == FailureKind.TIMED_OUT) {
            return new ResultsUnavailableException(Reason.TIMED_OUT, e);
        }
        return new ResultsUnavailableException(
                e.kind().isTransient() ? Reason.DOWN : Reason.BROKEN, e);
    }

    /** Returns why the database cannot be read. */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the time after which the request may be repeated, if it was refused because the
     * tenant reads too many results at once.
     */
    public Optional<Duration> retryAfter() {
        return reason == Reason.TENANT_BUSY ? Optional.of(RETRY_AFTER) : Optional.empty();
    }
}
