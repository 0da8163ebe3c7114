package dev.millrace.standalone.console;

/** Ends a command with a message for its user and an exit code; no stack trace is shown. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private UserError(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** Wrong usage or configuration. */
    public static UserError usage(String message) {
        return new UserError(ExitCode.USAGE, message);
    }

    /** Anything else that keeps a command from doing its work. */
    public static UserError failure(String message) {
        return new UserError(ExitCode.FAILURE, message);
    }

    /** What the process should end with. */
    public int exitCode() {
        return exitCode;
    }
}
