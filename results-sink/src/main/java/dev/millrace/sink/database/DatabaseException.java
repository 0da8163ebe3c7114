package dev.millrace.sink.database;

/** A database that cannot do what it is asked for now; the message is one line for a person. */
public final class DatabaseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    DatabaseException(FailureKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    DatabaseException(FailureKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }
}
