package dev.millrace.standalone.run.journal;

/** The journal cannot be read or written. The message is written for the user. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
