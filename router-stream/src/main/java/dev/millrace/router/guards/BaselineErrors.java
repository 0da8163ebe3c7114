package dev.millrace.router.guards;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Counts the other arms' jobs and errors since the oldest job in an arm's window. A window of the
 * other arms' last jobs would not suffice. The other arms can have a hundred times as many jobs, so
 * that their last jobs are all recent, while the arm's window still contains an outage of all arms.
 *
 * <p>Stored as a version byte and two variable-length numbers for each job of the arm, oldest
 * first: the number of other arms' jobs that ended between this job and the next one, and the
 * number of errors among them.
 */
final class BaselineErrors {
    private static final byte VERSION = 1;

    private final int capacity;
    private final Deque<Tally> tallies = new ArrayDeque<>();
    private long jobs;
    private long errors;
    private boolean isChanged = true;

    private record Tally(int jobs, int errors) {}

    /**
     * @param capacity size of the arm's window
     */
    BaselineErrors(int capacity) {
        this.capacity = capacity;
    }

    /** Counts a job of the guarded arm. */
    void onArmJob() {
        if (tallies.size() == capacity) {
            Tally oldest = tallies.removeFirst();
            jobs -= oldest.jobs();
            errors -= oldest.errors();
        }
        tallies.addLast(new Tally(0, 0));
        isChanged = true;
    }

    /** Counts a job of another arm. */
    void onOtherJob(boolean isError) {
        if (tallies.isEmpty()) {
            return;
        }
        Tally last = tallies.removeLast();
        int more = isError ? 1 : 0;
        tallies.addLast(new Tally(last.jobs() + 1, last.errors() + more));
        jobs++;
        errors += more;
        isChanged = true;
    }

    Proportion errorRate() {
        return new Proportion(errors, jobs);
    }

    /** Returns true if the counts have changed since the last call or since they were read. */
    boolean pollChanged() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    /** Returns the stored form; null if there is nothing to store. */
    byte @Nullable [] encodeOrNull() {
        if (tallies.isEmpty()) {
            return null;
        }
        int bytes = 1;
        for (Tally tally : tallies) {
            bytes += ByteUtils.sizeOfUnsignedVarint(tally.jobs());
            bytes += ByteUtils.sizeOfUnsignedVarint(tally.errors());
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        for (Tally tally : tallies) {
            ByteUtils.writeUnsignedVarint(tally.jobs(), out);
            ByteUtils.writeUnsignedVarint(tally.errors(), out);
        }
        return out.array();
    }

    /** Reads stored counts. Null and unknown versions give empty counts. */
    static BaselineErrors read(byte @Nullable [] stored, int capacity) {
        var read = new BaselineErrors(capacity);
        if (stored != null && stored.length > 0 && stored[0] == VERSION) {
            var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            while (in.hasRemaining()) {
                read.onArmJob();
                var tally =
                        new Tally(
                                ByteUtils.readUnsignedVarint(in), ByteUtils.readUnsignedVarint(in));
                read.tallies.removeLast();
                read.tallies.addLast(tally);
                read.jobs += tally.jobs();
                read.errors += tally.errors();
            }
            read.isChanged = false;
        }
        return read;
    }
}
