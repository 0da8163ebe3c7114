package dev.millrace.worker;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.ProviderConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * All that a worker needs.
 *
 * @param config with the {@code kafka} block of the cluster, or with that of the embedded broker
 *     given to {@link MillraceConfig#withKafka}; a simulator that runs elsewhere has its address
 *     there (see {@link ProviderConfig#at(URI)})
 * @param registry for the worker's metrics
 * @param clock for deadlines
 * @param ticker nanoseconds for durations
 * @param random for the jitter of waits
 * @param acceptResend whether a partition of which nobody knows what is finished is taken up again:
 *     its finished calls may then be made and paid twice
 * @param instance names the transactional id; no two workers may use one at the same time
 */
public record WorkerSettings(
        MillraceConfig config,
        MeterRegistry registry,
        InstantSource clock,
        LongSupplier ticker,
        RandomGenerator random,
        boolean acceptResend,
        String instance) {

    /** Settings of a worker that stops such a partition, under {@link #configuredOrUnique}. */
    public WorkerSettings(
            MillraceConfig config,
            MeterRegistry registry,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random) {
        this(config, registry, clock, ticker, random, false, configuredOrUnique(config, random));
    }

    /** Returns {@code worker.instance}, or by default a name that no other process has. */
    public static String configuredOrUnique(MillraceConfig config, RandomGenerator random) {
        return config.worker()
                .instance()
                .orElseGet(() -> HexFormat.of().toHexDigits(random.nextLong()));
    }
}
