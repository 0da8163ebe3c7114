package dev.millrace.worker.loop;

import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.worker.quota.PermitSource;

/** Permits that are shared with other workers. The test says what becomes of them. */
final class FakePermits implements PermitSource {
    /** True if another worker gets the permits after the loop has asked for them. */
    boolean areTakenByOthers;

    /** True if the lease expires. */
    boolean haveExpired;

    String problem = "";
    int unsent;
    int sent;

    @Override
    public RatePermits rate(String key, RateLimit limit, long nowNanos) {
        return new RatePermits() {
            @Override
            public boolean hasRoom(long amount, long now) {
                return true;
            }

            @Override
            public long waitNanos(long amount, long now) {
                return 0;
            }

            @Override
            public boolean take(long amount, long now) {
                unsent += areTakenByOthers ? 0 : 1;
                return !areTakenByOthers;
            }

            @Override
            public boolean maySend(long now) {
                return !haveExpired;
            }

            @Override
            public void onSent(long amount, long now) {
                unsent--;
                sent++;
            }

            @Override
            public void giveBack(long amount, long now) {
                unsent--;
            }

            @Override
            public void correct(long reserved, long used, long sentNanos, long now) {
                sent -= used == 0 ? 1 : 0;
            }

            @Override
            public void resize(long changed, long now) {
                throw new UnsupportedOperationException();
            }

            @Override
            public long used(long now) {
                return (long) sent + unsent;
            }

            @Override
            public long leased(long now) {
                return limit.limit() - used(now);
            }
        };
    }

    @Override
    public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String problem() {
        return problem;
    }
}
