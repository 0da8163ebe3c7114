package dev.millrace.gateway;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.estimate.CostForecasts;
import dev.millrace.gateway.job.CallPlanner;
import dev.millrace.gateway.usage.PipelineOperations;
import dev.millrace.gateway.usage.StateSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The settings of a gateway.
 *
 * @param config the whole configuration, with the address of the cluster
 * @param pipeline data and operations of the usage API
 * @param files store of uploaded files
 * @param meters registry of the gateway's metrics
 * @param clock the present time
 * @param nanoTicker ticker for durations
 * @param random makes ids and spreads repeated tries; must be thread-safe, because two requests
 *     with one id would share a job
 * @param forecasts predicts the costs of batches
 * @param heap share of the heap that the gateway may use
 */
public record GatewaySettings(
        MillraceConfig config,
        Pipeline pipeline,
        StoreLocation files,
        MeterRegistry meters,
        InstantSource clock,
        LongSupplier nanoTicker,
        RandomGenerator random,
        CostForecasts forecasts,
        HeapShare heap) {

    /**
     * What a gateway knows of its pipeline: data and operations of the usage API, and the planner.
     *
     * @param jdbcUrl URL of the sink's database; can contain a password and is never printed
     * @param state reads the state of the pipeline
     * @param operations changes the pipeline
     * @param planner plans calls that need no state of the router
     * @param hasRoom returns false while the disk of a broker in this process is almost full; new
     *     jobs would then leave no room for the results of accepted jobs
     */
    public record Pipeline(
            String jdbcUrl,
            StateSource state,
            PipelineOperations operations,
            CallPlanner planner,
            BooleanSupplier hasRoom) {
        @Override
        public String toString() {
            return "Pipeline";
        }
    }

    /** Omits the configuration, which may contain secrets. */
    @Override
    public String toString() {
        return "GatewaySettings[files=" + files + "]";
    }
}
