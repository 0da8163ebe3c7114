package dev.millrace.worker;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.ProviderConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.InstantSource;
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
 */
public record WorkerSettings(
        MillraceConfig config,
        MeterRegistry registry,
        InstantSource clock,
        LongSupplier ticker,
        RandomGenerator random,
        boolean acceptResend) {

    /** Of a worker that stops such a partition until somebody decides. */
    public WorkerSettings(
            MillraceConfig config,
            MeterRegistry registry,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random) {
        this(config, registry, clock, ticker, random, false);
    }
}
