package dev.millrace.standalone.console;

/** Ends a command with a message for its user and an exit code; no stack trace is shown. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private UserError(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** Returns an error for wrong usage or configuration. */
    public static UserError usage(String message) {
        return new UserError(ExitCode.USAGE, message);
    }

    /** Returns an error for any other reason why a command failed. */
    public static UserError failure(String message) {
        return new UserError(ExitCode.FAILURE, message);
    }

    /** Returns the exit code of the process. */
    public int exitCode() {
        return exitCode;
    }
}
