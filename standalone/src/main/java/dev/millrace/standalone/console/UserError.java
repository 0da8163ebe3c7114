package dev.millrace.standalone.console;

import org.jspecify.annotations.Nullable;

/** Ends a command with a message for its user and an exit code; no stack trace is shown. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private UserError(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.exitCode = exitCode;
    }

    /** Returns an error for wrong usage or configuration. */
    public static UserError usage(String message) {
        return new UserError(ExitCode.USAGE, message, null);
    }

    /** Returns an error for any other reason why a command failed. */
    public static UserError failure(String message) {
        return failure(message, null);
    }

    /** Returns an error for any other reason why a command failed, with its cause for the log. */
    public static UserError failure(String message, @Nullable Throwable cause) {
        return new UserError(ExitCode.FAILURE, message, cause);
    }

    /** Returns the exit code of the process. */
    public int exitCode() {
        return exitCode;
    }
}
