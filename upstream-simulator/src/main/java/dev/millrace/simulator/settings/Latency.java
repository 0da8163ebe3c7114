package dev.millrace.simulator.settings;

import java.time.Duration;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The latency of answers: a distribution of durations from 0 to {@link #MAX}. */
public sealed interface Latency {
    /** Upper bound of every latency and every sample. */
    Duration MAX = Duration.ofHours(1);

    /** No latency. */
    Latency NONE = new Constant(Duration.ZERO);

    /** Draws one duration of the distribution. */
    Duration sample(RandomGenerator random);

    /** Returns this distribution as it is written in settings. */
    JsonNode toJson();

    /**
     * A constant latency.
     *
     * @param value 0 to {@link #MAX}
     */
    record Constant(Duration value) implements Latency {
        public Constant {
            new SettingsValidator().duration("", value, MAX).throwIfInvalid();
        }

        @Override
        public Duration sample(RandomGenerator random) {
            return value;
        }

        @Override
        public JsonNode toJson() {
            return JsonNodeFactory.instance.stringNode(Durations.format(value));
        }
    }

    /**
     * Uniformly distributed between two durations.
     *
     * @param min 0 to {@code max}
     * @param max up to {@link Latency#MAX}
     */
    record Uniform(Duration min, Duration max) implements Latency {
        public Uniform {
            new SettingsValidator()
                    .duration("min", min, MAX)
                    .duration("max", max, MAX)
                    .require(min.compareTo(max) <= 0, "min", "must not be above max")
                    .throwIfInvalid();
        }

        @Override
        public Duration sample(RandomGenerator random) {
            return Duration.ofNanos(random.nextLong(min.toNanos(), max.toNanos() + 1));
        }

        @Override
        public JsonNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("min", Durations.format(min))
                    .put("max", Durations.format(max));
        }
    }

    /**
     * Lognormally distributed, approximately like the latencies of real providers.
     *
     * @param p50 median, above 0
     * @param p99 99th percentile, {@code p50} to {@link Latency#MAX}
     */
    record Lognormal(Duration p50, Duration p99) implements Latency {
        /** The 0.99 quantile of the standard normal distribution. */
        private static final double Z99 = 2.3263478740408408;

        public Lognormal {
            new SettingsValidator()
                    .duration("p50", p50, MAX)
                    .duration("p99", p99, MAX)
                    .require(p50.isPositive(), "p50", "must be above 0ms")
                    .require(p50.compareTo(p99) <= 0, "p50", "must not be above p99")
                    .throwIfInvalid();
        }

        @Override
        public Duration sample(RandomGenerator random) {
            double sigma = Math.log((double) p99.toNanos() / (double) p50.toNanos()) / Z99;
            double nanos = p50.toNanos() * Math.exp(sigma * random.nextGaussian());
            return Duration.ofNanos((long) Math.min(nanos, (double) MAX.toNanos()));
        }

        @Override
        public JsonNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("p50", Durations.format(p50))
                    .put("p99", Durations.format(p99));
        }
    }

    /**
     * Reads {@code "800ms"}, {@code {"min","max"}} or {@code {"p50","p99"}} at {@code key}. Returns
     * {@code fallback} when the key is absent.
     */
    static Latency read(SettingsNode parent, String key, Latency fallback) {
        if (parent.isText(key)) {
            Duration value = parent.duration(key, Duration.ZERO);
            return parent.build(key, () -> new Constant(value), fallback);
        }
        if (!parent.has(key)) {
            return fallback;
        }
        SettingsNode node = parent.object(key);
        boolean quantiles = node.has("p50") || node.has("p99");
        String low = quantiles ? "p50" : "min";
        String high = quantiles ? "p99" : "max";
        if (!node.has(low) || !node.has(high)) {
            parent.problem(key, "expected a duration, {\"min\",\"max\"} or {\"p50\",\"p99\"}");
        }
        Duration from = node.duration(low, Duration.ofMillis(1));
        Duration to = node.duration(high, from);
        node.rejectUnknownKeys();
        return node.build(
                "", () -> quantiles ? new Lognormal(from, to) : new Uniform(from, to), fallback);
    }
}
