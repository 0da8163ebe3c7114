package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.job.CallPlanner;
import dev.millrace.gateway.job.CallPlanner.PlannedCall;
import dev.millrace.gateway.usage.PipelineOperations;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.express.ExpressPlanner;
import dev.millrace.standalone.feature.Features;
import java.time.InstantSource;
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
                planner(
                        new ExpressPlanner(
                                config,
                                Features.TRANSLATIONS,
                                RouterTopology.planning(config),
                                clock)),
                hasRoom);
    }

    private static CallPlanner planner(ExpressPlanner router) {
        return (line, job, submission, control) ->
                router.plan(line, job, submission, control)
                        .map(it -> new PlannedCall(it, () -> router.onEnd(it)));
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
