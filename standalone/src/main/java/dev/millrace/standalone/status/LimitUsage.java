package dev.millrace.standalone.status;

import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecord.Claim;
import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The use of a shared limit by all sessions, as their demands state it. For an observer, which
 * takes no permits. Not thread-safe.
 */
final class LimitUsage {
    /** Shortest silence, without a demand, after which a session counts as ended. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final Duration window;

    /**
     * Silence, without a demand, after which a session counts as ended. An idle session sends three
     * demands within the validity of a lease.
     */
    private Duration silence = SILENCE;

    private final Map<Long, Stated> sessions = new HashMap<>();

    /**
     * The use of a limit.
     *
     * @param limit the number that applies: the lowest limit of the sessions with calls
     * @param used the amount in the window, or the calls in flight; includes ended sessions
     * @param leased permits that sessions hold and do not use
     * @param sessions number of sessions
     * @param hungry number of sessions in which calls wait for permits
     */
    record Use(long limit, long used, long leased, int sessions, int hungry) {}

    /** A session's last demand. */
    private record Stated(Demand demand, long nanos) {
        boolean isPresent(Duration silence, long nowNanos) {
            return nowNanos - nanos < silence.toNanos() && !demand.adopted().equals(GrantId.ENDED);
        }
    }

    /**
     * @param window of the limit; zero for concurrent calls
     */
    LimitUsage(Duration window) {
        this.window = window;
    }

    /** Applies the next record of the limit. */
    void onRecord(QuotaRecord quotaRecord, long writtenNanos) {
        switch (quotaRecord) {
            case Demand demand ->
                    sessions.merge(
                            demand.session(),
                            new Stated(demand, writtenNanos),
                            (a, b) -> a.demand.sequence() < b.demand.sequence() ? b : a);
            case Grant grant -> {
                Duration valid = grant.valid();
                silence = valid.compareTo(SILENCE) > 0 ? valid : SILENCE;
            }
            case Claim _ -> {}
        }
    }

    /** Returns the use of the limit; empty if no session shares it. */
    Optional<Use> at(long nowNanos) {
        List<Demand> present =
                sessions.values().stream()
                        .filter(it -> it.isPresent(silence, nowNanos))
                        .map(Stated::demand)
                        .toList();
        if (present.isEmpty()) {
            return Optional.empty();
        }
        long used = sessions.values().stream().mapToLong(it -> used(it, nowNanos)).sum();
        long leased =
                present.stream().mapToLong(it -> it.state().entitled() - it.state().taken()).sum();
        int hungry = (int) present.stream().filter(it -> it.state().isHungry()).count();
        return Optional.of(
                new Use(Demand.limit(present).orElse(0), used, leased, present.size(), hungry));
    }

    private long used(Stated stated, long nowNanos) {
        return window.isZero()
                ? stated.demand.state().taken()
                : stated.demand.inWindow(window.toNanos(), nowNanos - stated.nanos);
    }
}
