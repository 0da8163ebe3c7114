package dev.millrace.worker.loop;

import dev.millrace.worker.port.Providers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How finished calls come back to the loop. Holds at most one for each call in flight, and for each
 * that was taken for lost and reports after all.
 */
interface Mailbox {

    /** From any thread; never blocks. */
    void put(Finished finished);

    /** The next one, or null when there is none within the wait. On the loop's thread. */
    @Nullable Finished take(Duration wait);

    boolean isEmpty();

    /** The loop is about to wait elsewhere, and wants to be called; or is back. */
    void onLoopAway(boolean away);

    /**
     * A call that has come to its end.
     *
     * @param launch which call of the job, as {@link Job#launches} was then
     */
    record Finished(Job job, int launch, Providers.Report report) {}
}
