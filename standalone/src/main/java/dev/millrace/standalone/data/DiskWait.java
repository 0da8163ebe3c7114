package dev.millrace.standalone.data;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Opens a data directory, and waits while its disk is full. */
public final class DiskWait {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private DiskWait() {}

    /**
     * Opens a directory as soon as its disk has room.
     *
     * @param open opens the directory
     * @param say tells the user once what the command waits for
     * @throws DataDirectoryException for any other problem
     */
    public static DataDirectory open(Supplier<DataDirectory> open, Consumer<String> say) {
        return open(open, say, () -> LockSupport.parkNanos(PAUSE.toNanos()));
    }

    /**
     * Opens a directory as {@link #open(Supplier, Consumer)} does.
     *
     * @param pause runs before each further attempt
     */
    static DataDirectory open(Supplier<DataDirectory> open, Consumer<String> say, Runnable pause) {
        for (boolean isFirst = true; ; isFirst = false) {
            try {
                return open.get();
            } catch (DataDirectoryException e) {
                if (e.problem() != Problem.DISK_FULL) {
                    throw e;
                }
                if (isFirst) {
                    say.accept("waiting: " + e.getMessage());
                }
            }
            pause.run();
        }
    }
}
