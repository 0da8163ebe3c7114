package dev.millrace.router.cache.store;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The call that all jobs of one cache key wait for. The leader is the job that is called; the
 * others are its followers.
 *
 * <pre>
 *            onLeaderEnd                    onPassEnd
 * led ──────────────────────► passing ───────────────────► (deleted, without followers)
 *  ▲                             │
 *  └──────── withLeader ─────────┘
 * </pre>
 *
 * <p>A pass visits the followers in their order, and gives them the outcome of the ended leader.
 * The first follower for which the outcome is useless becomes the next leader. Then the pass
 * continues only for followers that get the outcome.
 *
 * @param leader the job that is called; null while a pass looks for one, and if it is unknown
 * @param leaderChain models of the leader, first choice first
 * @param sinceMillis when the leader was released to its job topic, in milliseconds since the epoch
 * @param first lowest position that a follower can have
 * @param pass null if none is running
 */
public record SharedCall(
        @Nullable JobId leader,
        List<String> leaderChain,
        long sinceMillis,
        long first,
        @Nullable Pass pass) {
    /** Replaces a shared call whose entry cannot be read: its leader is unknown. */
    static final SharedCall UNREADABLE = new SharedCall(null, List.of(), Long.MIN_VALUE, 0, null);

    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 160;
    private static final String SEPARATOR = ",";

    public SharedCall {
        leaderChain = List.copyOf(leaderChain);
    }

    /**
     * A pass over the followers.
     *
     * @param next position of the next follower to visit
     * @param end position after the last follower to visit
     * @param hasOutcome whether the ended leader has an outcome for followers
     * @param hasLeftOthers whether followers before {@code next} still wait
     */
    public record Pass(long next, long end, boolean hasOutcome, boolean hasLeftOthers) {}

    /** Returns the shared call of a job that was released, without followers yet. */
    public static SharedCall of(
            JobId leader, List<String> chain, long nowMillis, long nextSequence) {
        return new SharedCall(leader, chain, nowMillis, nextSequence, null);
    }

    /** Returns true if the end of a job can be the end of the leader. */
    public boolean mayBeLedBy(JobId job) {
        return leader == null ? pass == null : leader.equals(job);
    }

    /** Returns true if the leader's end will never be read. */
    public boolean isLost(long lostBeforeMillis) {
        return (leader != null || pass == null) && sinceMillis < lostBeforeMillis;
    }

    /**
     * Returns this shared call after its leader has ended. A pass then visits all followers,
     * including followers that the previous pass left waiting. An earlier outcome stays in use
     * unless there is a new one.
     *
     * @param hasOutcome whether the leader has an outcome for followers
     * @param nextSequence position after the last follower
     */
    public SharedCall onLeaderEnd(boolean hasOutcome, long nextSequence) {
        boolean keepsOutcome = pass != null && pass.hasOutcome();
        return new SharedCall(
                null,
                leaderChain,
                sinceMillis,
                first,
                new Pass(first, nextSequence, hasOutcome || keepsOutcome, false));
    }

    /** Returns this shared call with a follower as its leader. */
    public SharedCall withLeader(JobId job, List<String> chain, long nowMillis) {
        return new SharedCall(job, chain, nowMillis, first, pass);
    }

    /**
     * Returns this shared call after the pass has visited a follower, which was removed or left.
     */
    public SharedCall onVisited(long sequence, boolean isLeft) {
        if (pass == null) {
            return this;
        }
        boolean hasLeftOthers = pass.hasLeftOthers() || isLeft;
        return new SharedCall(
                leader,
                leaderChain,
                sinceMillis,
                hasLeftOthers ? first : sequence + 1,
                new Pass(sequence + 1, pass.end(), pass.hasOutcome(), hasLeftOthers));
    }

    public SharedCall withoutPass() {
        return new SharedCall(leader, leaderChain, sinceMillis, first, null);
    }

    /** Returns this shared call with a pass that only looks for a leader among later followers. */
    public SharedCall onPassEnd(long nextSequence) {
        return new SharedCall(
                leader,
                leaderChain,
                sinceMillis,
                first,
                new Pass(first, nextSequence, false, false));
    }

    byte[] encode() {
        var out =
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .text(leader == null ? "" : leader.value())
                        .text(String.join(SEPARATOR, leaderChain))
                        .number(sinceMillis)
                        .number(first)
                        .flag(pass != null);
        if (pass != null) {
            out.number(pass.next())
                    .number(pass.end())
                    .flag(pass.hasOutcome())
                    .flag(pass.hasLeftOthers());
        }
        return out.toBytes();
    }

    static SharedCall decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a shared call");
        String leader = in.text();
        List<String> chain = List.of(in.text().split(SEPARATOR, -1));
        long since = in.number();
        long first = in.number();
        Pass pass = in.flag() ? new Pass(in.number(), in.number(), in.flag(), in.flag()) : null;
        return new SharedCall(
                leader.isEmpty() ? null : new JobId(leader), chain, since, first, pass);
    }
}
