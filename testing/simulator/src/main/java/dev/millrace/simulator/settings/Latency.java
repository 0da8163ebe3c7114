package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireAtMost;
import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Durations;
import dev.millrace.yaml.problem.Violation;
import java.time.Duration;
import java.util.Optional;
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
            require(!value.isNegative() && value.compareTo(MAX) <= 0, "", "must be at most 1h");
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
            requireAtMost("max", max, MAX);
            requireAtMost("min", min, max);
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
            requireAtMost("p99", p99, MAX);
            require(p50.isPositive(), "p50", "must be above 0ms");
            requireAtMost("p50", p50, p99);
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

    /** Reads {@code 800ms}. */
    static Latency parse(String text) {
        Duration value;
        try {
            value = Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Violation("", "must be " + Keys.FORM);
        }
        return new Constant(value);
    }

    /** The keys of a distribution: {@code min} and {@code max}, or {@code p50} and {@code p99}. */
    record Keys(
            Optional<Duration> min,
            Optional<Duration> max,
            Optional<Duration> p50,
            Optional<Duration> p99) {
        private static final String FORM =
                Durations.FORM + ", or the keys min and max, or p50 and p99";

        Latency toLatency() {
            boolean uniform = min.isPresent() && max.isPresent();
            boolean lognormal = p50.isPresent() && p99.isPresent();
            if (uniform && p50.isEmpty() && p99.isEmpty()) {
                return new Uniform(min.get(), max.get());
            }
            require(lognormal && min.isEmpty() && max.isEmpty(), "", "must be " + FORM);
            return new Lognormal(p50.orElseThrow(), p99.orElseThrow());
        }
    }
}
