package dev.millrace.worker.schedule;

/**
 * Gives turns to weighted parties by start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996).
 * Parties are numbers from 0; of two parties with an equal claim, the lower number is first.
 * Belongs to the loop's thread.
 *
 * <p>Each party has a tag that grows by 1 ÷ weight with each of its starts. The party with the
 * lowest tag is next, and its tag is the <em>virtual time</em>. The tag of a party that was idle
 * counts as the virtual time, so that unused turns are not kept. Hence:
 *
 * <ul>
 *   <li>Parties that always have jobs start them in proportion to their weights.
 *   <li>A party that was idle for one turn or more is next, unless a party with a lower number has
 *       an equal claim.
 *   <li>While a job of party a waits, party b starts at most 1 + weight(b) ÷ weight(a) jobs before
 *       the next of a.
 * </ul>
 */
final class FairTurns {
    /**
     * The growth of a tag with weight 1; divisible by 1 to 16. Tags overflow after 10^13 starts.
     */
    private static final long UNIT = 720_720;

    private final long[] step;
    private final long[] tags;
    private final long[] tagsBefore;
    private long virtualTime;
    private long virtualTimeBefore;

    /**
     * @param weights of the parties, each 1 or more
     */
    FairTurns(int[] weights) {
        step = new long[weights.length];
        for (int party = 0; party < weights.length; party++) {
            step[party] = UNIT / weights[party];
        }
        tags = new long[weights.length];
        tagsBefore = new long[weights.length];
    }

    private long tag(int party) {
        return Math.max(tags[party], virtualTime);
    }

    /** Returns true when party a precedes party b if both have a job that can start. */
    boolean isBefore(int a, int b) {
        long difference = tag(a) - tag(b);
        return difference < 0 || (difference == 0 && a < b);
    }

    /**
     * Returns true if an urgent party a may start before party b, whose turn it is. Party a is then
     * ahead of b by less than one start of weight 1, so that it overtakes b for a limited time.
     */
    boolean mayOvertake(int a, int b) {
        return tag(a) - tag(b) < UNIT;
    }

    /**
     * Records that a party starts a job.
     *
     * @param turn the party whose turn it is, which the starting one possibly overtakes; the
     *     starting one if no other party has a job. A start that {@link #mayOvertake} does not
     *     permit is no turn: it took what the other party cannot use.
     */
    void onStarted(int party, int turn) {
        boolean isTurn = mayOvertake(party, turn);
        long tag = tag(party);
        virtualTime = Math.min(tag, tag(turn));
        tags[party] = isTurn ? tag + step[party] : tag;
    }

    /** Saves the turns, so that {@link #reset} can undo later starts. */
    void mark() {
        System.arraycopy(tags, 0, tagsBefore, 0, tags.length);
        virtualTimeBefore = virtualTime;
    }

    /** Restores the turns saved by the last {@link #mark}. */
    void reset() {
        System.arraycopy(tagsBefore, 0, tags, 0, tags.length);
        virtualTime = virtualTimeBefore;
    }
}
