package dev.millrace.worker;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.wire.translate.Translation;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The settings of a worker.
 *
 * @param config configuration with a {@code kafka} section, which {@link MillraceConfig#withKafka}
 *     adds for an embedded broker, and with the address of a running simulator (see {@link
 *     ProviderConfig#at(URI)})
 * @param registry registry of the worker's metrics
 * @param clock current time, for deadlines
 * @param ticker monotonic nanoseconds, for durations
 * @param random random numbers, which spread waits
 * @param acceptResend true to continue with a partition whose finished jobs are unknown; finished
 *     calls can then be sent and billed again
 * @param instance determines the transactional id; two running workers must not share it
 * @param sharesLimits true if the configured limits hold for all workers of the cluster together;
 *     false if this worker applies them alone
 * @param translations how jobs reach models of other urls
 * @param follower follows the calls of jobs
 */
public record WorkerSettings(
        MillraceConfig config,
        MeterRegistry registry,
        InstantSource clock,
        LongSupplier ticker,
        RandomGenerator random,
        boolean acceptResend,
        String instance,
        boolean sharesLimits,
        List<Translation> translations,
        CallFollower follower) {
    public WorkerSettings {
        translations = List.copyOf(translations);
    }

    /**
     * Creates the settings of a worker that shares limits, and neither accepts resends nor
     * translates, with an instance name from {@link #configuredOrUnique}.
     */
    public WorkerSettings(
            MillraceConfig config,
            MeterRegistry registry,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random) {
        this(
                config,
                registry,
                clock,
                ticker,
                random,
                false,
                configuredOrUnique(config, random),
                true,
                List.of(),
                CallFollower.NONE);
    }

    /** Returns {@code worker.instance}, or by default a unique name. */
    public static String configuredOrUnique(MillraceConfig config, RandomGenerator random) {
        return config.worker()
                .instance()
                .orElseGet(() -> HexFormat.of().toHexDigits(random.nextLong()));
    }
}
