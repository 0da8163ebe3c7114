package dev.millrace.standalone.console;

/** What scripts can tell from the end of a command. */
public final class ExitCode {
    /** All is well; for {@code run}, every job succeeded. */
    public static final int OK = 0;

    /** The command could not do its work. */
    public static final int FAILURE = 1;

    /** Wrong usage or configuration: nothing was started. */
    public static final int USAGE = 2;

    /** The work was done, but some jobs failed or became dead letters. */
    public static final int SOME_FAILED = 3;

    private ExitCode() {}
}
