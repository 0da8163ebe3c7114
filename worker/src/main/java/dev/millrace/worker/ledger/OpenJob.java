package dev.millrace.worker.ledger;

/**
 * A job that was admitted and is not finished.
 *
 * <p>Text and memory represent the job's calls by one number, the state, which grows by one when an
 * attempt starts or ends: 0 before the first attempt, {@code 2n-1} while attempt n runs, {@code 2n}
 * when attempt n has ended.
 *
 * @param offset of its record
 * @param attempts calls started so far for this record, including a running one; 0 to 100
 * @param running true if the last attempt can still run, or ran when its worker died; never with 0
 *     attempts
 * @param unbilled ended attempts that are known to have cost nothing; 0 if they are not counted
 */
public record OpenJob(long offset, int attempts, boolean running, int unbilled) {
    static final int MAX_ATTEMPTS = 100;
    static final int LARGEST_STATE = 2 * MAX_ATTEMPTS;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public OpenJob {
        if (attempts < (running ? 1 : 0) || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "attempts at offset %d: %d%s"
                            .formatted(offset, attempts, running ? " and running" : ""));
        }
        if (unbilled < 0 || unbilled > attempts - (running ? 1 : 0)) {
            throw new IllegalArgumentException(
                    "unbilled attempts at offset %d: %d of %d"
                            .formatted(offset, unbilled, attempts));
        }
    }

    /** Creates a job whose attempts all count as possibly billed. */
    public OpenJob(long offset, int attempts, boolean running) {
        this(offset, attempts, running, 0);
    }

    static OpenJob of(long offset, int state) {
        return new OpenJob(offset, attempts(state), isRunning(state));
    }

    private int ended() {
        return attempts - (running ? 1 : 0);
    }

    /** Returns the number of ended attempts that were possibly billed. */
    public int billable() {
        return ended() - unbilled;
    }

    /** Returns a copy with the number of ended attempts that were possibly billed. */
    OpenJob withBillable(int billable) {
        return new OpenJob(offset, attempts, running, Math.max(0, ended() - billable));
    }

    int state() {
        return state(attempts, running);
    }

    static int state(int attempts, boolean running) {
        return 2 * attempts - (running ? 1 : 0);
    }

    static int attempts(int state) {
        return (state + 1) / 2;
    }

    static boolean isRunning(int state) {
        return state % 2 == 1;
    }
}
