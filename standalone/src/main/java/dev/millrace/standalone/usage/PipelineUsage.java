package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.usage.PipelineOperations;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Connects the usage API with a pipeline. */
public final class PipelineUsage {
    private PipelineUsage() {}

    /**
     * Returns the data and operations of a gateway's API.
     *
     * @param config the configuration with the actual addresses of the cluster
     * @param jdbcUrl the database of the sink
     * @param nanoTicker ticker for timeouts
     * @param random adds jitter to the retries of concurrent writers of the control topic
     * @param hasRoom returns false while the disk of a broker in this process is almost full
     */
    public static GatewaySettings.Pipeline of(
            MillraceConfig config,
            String jdbcUrl,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random,
            BooleanSupplier hasRoom) {
        return new GatewaySettings.Pipeline(
                jdbcUrl,
                new PipelineState(config, clock, nanoTicker),
                new PipelineChanges(config, clock, random),
                hasRoom);
    }

    /** Returns the data of a read-only API. */
    public static GatewaySettings.Pipeline readOnly(
            MillraceConfig config, String jdbcUrl, InstantSource clock, LongSupplier nanoTicker) {
        return new GatewaySettings.Pipeline(
                jdbcUrl,
                new PipelineState(config, clock, nanoTicker),
                PipelineOperations.NONE,
                () -> true);
    }
}
