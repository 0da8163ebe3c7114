package dev.millrace.standalone.data;

/** The data directory cannot be used. The message is written for whoever typed the command. */
public final class DataDirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What stands in the way. */
    public enum Problem {
        /** It is a file, may not be written to, or cannot be made. */
        NOT_WRITABLE,
        /** Too little space is left on its disk. */
        DISK_FULL,
        /** Another process uses it. */
        IN_USE,
        /** It holds other things; Millrace will not mix its own with them. */
        NOT_OURS,
        /** A newer Millrace has written it. */
        TOO_NEW,
        /** It holds answers of providers, and those of the simulator are wanted, or vice versa. */
        OTHER_ANSWERS
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

    /** What stands in the way, for a program. */
    public Problem problem() {
        return problem;
    }
}
