package dev.millrace.gateway.results;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Thrown when the database cannot be read now. The message is one line. */
public final class ResultsUnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Time after which a reader of too many results can retry. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Reason reason;

    /** The reason why the database cannot be read. */
    public enum Reason {
        /** The tenant reads as many results at once as it may. */
        TENANT_BUSY,
        /** All slots are taken, or the server is stopping. */
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
     * Returns the time after which the request can be repeated, if it was refused because the
     * tenant is reading too many results.
     */
    public Optional<Duration> retryAfter() {
        return reason == Reason.TENANT_BUSY ? Optional.of(RETRY_AFTER) : Optional.empty();
    }
}
