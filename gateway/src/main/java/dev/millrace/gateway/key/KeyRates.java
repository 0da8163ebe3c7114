package dev.millrace.gateway.key;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The use of each key's limits in this instance. */
final class KeyRates {
    /** Number of removed keys that are remembered; with more, all removed keys are forgotten. */
    private static final int SPARE = 1_000;

    private final Map<String, Rates> rates = new ConcurrentHashMap<>();
    private final KeyClock clock;

    KeyRates(KeyClock clock) {
        this.clock = clock;
    }

    /**
     * Returns the rates of a key.
     *
     * @param existing ids of all keys
     */
    Rates of(String id, Set<String> existing) {
        if (rates.size() > existing.size() + SPARE) {
            rates.keySet().retainAll(existing);
        }
        return rates.computeIfAbsent(id, _ -> new Rates());
    }

    /** The buckets of one key. Guarded by this object. */
    final class Rates {
        private @Nullable RateBucket requests;
        private @Nullable RateBucket tokens;

        private Rates() {}

        /** Returns the bucket of requests at the present time; null without a limit. */
        @Nullable RateBucket requests(OptionalLong limit) {
            requests = updated(requests, limit);
            return requests;
        }

        /** Returns the bucket of tokens at the present time; null without a limit. */
        @Nullable RateBucket tokens(OptionalLong limit) {
            tokens = updated(tokens, limit);
            return tokens;
        }

        private @Nullable RateBucket updated(@Nullable RateBucket bucket, OptionalLong limit) {
            if (limit.isEmpty()) {
                return null;
            }
            double share = (double) limit.getAsLong() / clock.instances().getAsInt();
            long now = clock.ticker().getAsLong();
            if (bucket == null) {
                return new RateBucket(share, now);
            }
            bucket.update(share, now);
            return bucket;
        }
    }
}
