package dev.millrace.standalone.data;

import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Opens a data directory, and waits while its disk is full. */
public final class DiskWait {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** Attempts from one message to the next: five minutes. */
    static final int ATTEMPTS_PER_MESSAGE = 60;

    private DiskWait() {}

    /**
     * Opens a directory as soon as its disk has room.
     *
     * @param open opens the directory
     * @param say tells the user, at first and every five minutes, what the command waits for
     * @throws DataDirectoryException for any other problem
     */
    public static DataDirectory open(Supplier<DataDirectory> open, Consumer<String> say) {
        return open(open, say, DiskWait::pause);
    }

    /**
     * Opens a directory as {@link #open(Supplier, Consumer)} does.
     *
     * @param pause runs before each further attempt
     */
    static DataDirectory open(Supplier<DataDirectory> open, Consumer<String> say, Runnable pause) {
        for (int attempt = 0; ; attempt++) {
            try {
                return open.get();
            } catch (DataDirectoryException e) {
                if (e.problem() != Problem.DISK_FULL) {
                    throw e;
                }
                if (attempt % ATTEMPTS_PER_MESSAGE == 0) {
                    say.accept("waiting: " + e.getMessage());
                }
            }
            pause.run();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure("interrupted");
        }
    }
}
