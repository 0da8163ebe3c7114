package dev.millrace.worker.simulation.mutation;

import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.worker.quota.PermitSource;

/** Permits that a mutation changes. */
class MutantPermits implements PermitSource {
    private final PermitSource real;

    MutantPermits(PermitSource real) {
        this.real = real;
    }

    /** Returns permits of consecutive windows, each of which can be full. */
    static PermitSource ofFixedWindows(PermitSource real) {
        return new MutantPermits(real) {
            @Override
            public RatePermits rate(String key, RateLimit limit, long nowNanos) {
                return new FixedWindow(limit.limit(), limit.window(), nowNanos);
            }
        };
    }

    /** Returns permits whose estimated amounts are never corrected. */
    static PermitSource ofEstimates(PermitSource real) {
        return new MutantPermits(real) {
            @Override
            public RatePermits rate(String key, RateLimit limit, long nowNanos) {
                return new Uncorrected(super.rate(key, limit, nowNanos));
            }
        };
    }

    /** Returns permits of concurrent calls that are never given back. */
    static PermitSource leaking(PermitSource real) {
        return new MutantPermits(real) {
            @Override
            public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
                return new Leaking(super.concurrency(key, limit, nowNanos));
            }
        };
    }

    @Override
    public RatePermits rate(String key, RateLimit limit, long nowNanos) {
        return real.rate(key, limit, nowNanos);
    }

    @Override
    public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
        return real.concurrency(key, limit, nowNanos);
    }

    /** Permits whose corrections are lost. */
    private record Uncorrected(RatePermits real) implements RatePermits {
        @Override
        public long waitNanos(long amount, long nowNanos) {
            return real.waitNanos(amount, nowNanos);
        }

        @Override
        public boolean hasRoom(long amount, long nowNanos) {
            return real.hasRoom(amount, nowNanos);
        }

        @Override
        public boolean take(long amount, long nowNanos) {
            return real.take(amount, nowNanos);
        }

        @Override
        public boolean maySend(long nowNanos) {
            return real.maySend(nowNanos);
        }

        @Override
        public void onSent(long amount, long nowNanos) {
            real.onSent(amount, nowNanos);
        }

        @Override
        public void giveBack(long amount, long nowNanos) {
            real.giveBack(amount, nowNanos);
        }

        @Override
        public void correct(long reserved, long used, long sentNanos, long nowNanos) {}

        @Override
        public void resize(long limit, long nowNanos) {
            real.resize(limit, nowNanos);
        }

        @Override
        public long used(long nowNanos) {
            return real.used(nowNanos);
        }

        @Override
        public long leased(long nowNanos) {
            return real.leased(nowNanos);
        }
    }

    /** Permits of concurrent calls that are never returned. */
    private record Leaking(ConcurrencyPermits real) implements ConcurrencyPermits {
        @Override
        public long waitNanos(long nowNanos) {
            return real.waitNanos(nowNanos);
        }

        @Override
        public boolean hasRoom(long nowNanos) {
            return real.hasRoom(nowNanos);
        }

        @Override
        public boolean take(long nowNanos) {
            return real.take(nowNanos);
        }

        @Override
        public boolean maySend(long nowNanos) {
            return real.maySend(nowNanos);
        }

        @Override
        public void giveBack(long nowNanos) {}

        @Override
        public long used() {
            return real.used();
        }

        @Override
        public long leased(long nowNanos) {
            return real.leased(nowNanos);
        }
    }
}
