package dev.millrace.standalone.data;

/** The data directory cannot be used. The message is written for the user. */
public final class DataDirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Reason why the directory cannot be used. */
    public enum Problem {
        /** It is a file, is not writable, or cannot be created. */
        NOT_WRITABLE,
        /** Its disk has too little free space. */
        DISK_FULL,
        /** Another process uses it. */
        IN_USE,
        /** It holds other files, which Millrace does not mix with its own. */
        FOREIGN_FILES,
        /** A newer version of Millrace wrote it. */
        NEWER_LAYOUT,
        /** It holds answers of providers instead of the simulator, or vice versa. */
        OTHER_ANSWER_SOURCE
    }

    private final Problem problem;

    DataDirectoryException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    DataDirectoryException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    /** Returns the reason, for programs. */
    public Problem problem() {
        return problem;
    }
}
