package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.estimate.CostForecasts;
import dev.millrace.gateway.job.CallPlanner;
import dev.millrace.gateway.usage.PipelineOperations;
import dev.millrace.standalone.forecast.BatchForecasts;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Connects the usage API with a pipeline. */
public final class PipelineUsage {
    private PipelineUsage() {}

    /**
     * Returns the data and operations of a gateway's API, and the planner of its calls.
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
                planners(config, clock).stream().findFirst().orElse(CallPlanner.NONE),
                hasRoom);
    }

    /** Returns the planners of calls without the router; a gateway uses the first one. */
    private static List<CallPlanner> planners(MillraceConfig config, InstantSource clock) {
        return List.of(new ExpressCalls(config, clock));
    }

    /** Returns the forecasts of batches. */
    public static CostForecasts forecasts(MillraceConfig config) {
        return List.<CostForecasts>of(new BatchForecasts(config)).stream()
                .findFirst()
                .orElse(CostForecasts.NONE);
    }

    /** Returns the data of a read-only API. */
    public static GatewaySettings.Pipeline readOnly(
            MillraceConfig config, String jdbcUrl, InstantSource clock, LongSupplier nanoTicker) {
        return new GatewaySettings.Pipeline(
                jdbcUrl,
                new PipelineState(config, clock, nanoTicker),
                PipelineOperations.NONE,
                CallPlanner.NONE,
                () -> true);
    }
}
