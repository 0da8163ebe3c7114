package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.LoopClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The order in which a call demands permits shared by several workers. */
class LimitOrderTest {
    private final Partition partition = Jobs.active();
    private final List<String> demanded = new ArrayList<>();

    private Quota quota() {
        var model = Model.of("m", "p", Price.of("1", "2")).withLimits(concurrency(1));
        return new Quota(
                List.of(model),
                new ConfiguredLimits(concurrency(1), Map.of("p", concurrency(1)), Map.of()),
                _ -> 1,
                now -> LimitSearch.NONE.start(10, now),
                new Recorder(),
                new LoopClock(() -> Jobs.NOW, () -> 0));
    }

    private static Limits concurrency(long limit) {
        var none = OptionalLong.empty();
        return new Limits(none, none, none, none, none, OptionalLong.of(limit), none);
    }

    @Test
    void callThatWaitsForItsModelDemandsNothingOfTheProvider() {
        var quota = quota();
        Job first = Jobs.ready(partition, 0);
        quota.of(first).reserve(first, 0);
        quota.of(first).waitNanos(Jobs.ready(partition, 1), key -> key == 0, 0);

        assertThat(demanded).containsExactly("models.m.limits.concurrency");
    }

    @Test
    void callDemandsPermitsOfItsModelThenItsProviderThenAllCalls() {
        Job first = Jobs.ready(partition, 0);
        quota().of(first).waitNanos(first, key -> key == 0, 0);

        assertThat(demanded)
                .containsExactly(
                        "models.m.limits.concurrency",
                        "providers.p.limits.concurrency",
                        "limits.concurrency");
    }

    /** Records the demands, and permits calls up to the limit. */
    private final class Recorder implements PermitSource {
        @Override
        public RatePermits rate(String key, RateLimit limit, long nowNanos) {
            return PermitSource.LOCAL.rate(key, limit, nowNanos);
        }

        @Override
        public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
            ConcurrencyPermits permits = PermitSource.LOCAL.concurrency(key, limit, nowNanos);
            return new ConcurrencyPermits() {
                @Override
                public boolean hasRoom(long now) {
                    return permits.hasRoom(now);
                }

                @Override
                public long waitNanos(long now) {
                    demanded.add(key);
                    return permits.waitNanos(now);
                }

                @Override
                public boolean take(long now) {
                    return permits.take(now);
                }

                @Override
                public boolean maySend(long now) {
                    return permits.maySend(now);
                }

                @Override
                public void giveBack(long now) {
                    permits.giveBack(now);
                }

                @Override
                public long used() {
                    return permits.used();
                }

                @Override
                public long leased(long now) {
                    return permits.leased(now);
                }
            };
        }
    }
}
