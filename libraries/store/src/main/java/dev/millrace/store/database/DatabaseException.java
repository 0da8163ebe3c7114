package dev.millrace.store.database;

/** Thrown when a database operation fails. The message is one human-readable line. */
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
