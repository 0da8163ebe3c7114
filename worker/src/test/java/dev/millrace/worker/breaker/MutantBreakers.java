package dev.millrace.worker.breaker;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.port.LoopClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Breakers with a deliberate fault in the judgement of failed calls. */
public final class MutantBreakers {
    private MutantBreakers() {}

    /** Returns breakers that judge a failed call by the reports before its own. */
    public static Breakers judgingByReports(
            WorkerConfig.Breaker settings, LoopClock clock, ToIntFunction<String> keys) {
        return create(settings, clock, keys, () -> new ByReports(Breaker.judgedCalls(settings)));
    }

    /** Returns breakers for which all calls in flight have not failed, also the latest ones. */
    public static Breakers excusedByYoungCalls(
            WorkerConfig.Breaker settings, LoopClock clock, ToIntFunction<String> keys) {
        return create(settings, clock, keys, () -> new Excused(Breaker.judgedCalls(settings)));
    }

    private static Breakers create(
            WorkerConfig.Breaker settings,
            LoopClock clock,
            ToIntFunction<String> keys,
            Supplier<StartedCalls> calls) {
        return new Breakers(
                settings, clock, keys, new BreakerReporter(new SimpleMeterRegistry()), calls);
    }

    /** Lets each call start when it has ended. */
    private static final class ByReports extends StartedCalls {
        private final Map<Object, Long> starts = new HashMap<>();

        ByReports(int window) {
            super(window);
        }

        @Override
        void onStarted(Object call, long nowNanos) {
            starts.put(call, nowNanos);
        }

        @Override
        @Nullable Call onEnded(Object call, boolean hasFailed, boolean isSlow) {
            Long start = starts.remove(call);
            if (start != null) {
                super.onStarted(call, start);
            }
            return super.onEnded(call, hasFailed, isSlow);
        }
    }

    private static final class Excused extends StartedCalls {
        Excused(int window) {
            super(window);
        }

        @Override
        boolean isEvidence(Call call, boolean isIgnoredLater, Call last) {
            return true;
        }
    }
}
