package dev.millrace.worker.ledger;

/**
 * A job that is taken and not finished.
 *
 * <p>In text and memory what is known of its calls is one number, which grows by one when an
 * attempt begins or ends: 0 when none was begun, {@code 2n-1} while attempt n runs, {@code 2n} when
 * it has ended.
 *
 * @param offset of its record
 * @param attempts calls begun so far at this record, the running one included; 0 to 100
 * @param running whether the last of them may still run, or has run when its worker died; never
 *     with 0 attempts
 */
public record OpenJob(long offset, int attempts, boolean running) {
    static final int MOST_ATTEMPTS = 100;
    static final int LARGEST_STATE = 2 * MOST_ATTEMPTS;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when one is not kept
     */
    public OpenJob {
        if (attempts < (running ? 1 : 0) || attempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "attempts at offset %d: %d%s"
                            .formatted(offset, attempts, running ? " and running" : ""));
        }
    }

    static OpenJob of(long offset, int state) {
        return new OpenJob(offset, attempts(state), isRunning(state));
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
