package dev.millrace.standalone.console;

/** The exit codes of commands, for scripts. */
public final class ExitCode {
    /** The command succeeded; for {@code run}, every job succeeded. */
    public static final int OK = 0;

    /** The command failed. */
    public static final int FAILURE = 1;

    /** The usage or configuration is wrong; nothing was started. */
    public static final int USAGE = 2;

    /** The command finished, but some jobs failed or became dead letters. */
    public static final int SOME_FAILED = 3;

    /** The run ended because every unfinished job waits for money. */
    public static final int WAITS_FOR_MONEY = 4;

    private ExitCode() {}
}
