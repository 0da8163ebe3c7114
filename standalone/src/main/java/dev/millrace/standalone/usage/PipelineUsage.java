package dev.millrace.standalone.usage;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.sink.api.UsageApi;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.ops.UsageServer;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Starts the usage API of a pipeline that runs in this process. */
public final class PipelineUsage {
    private PipelineUsage() {}

    /**
     * Starts the usage API. If the default port is in use, the API uses the next free port.
     *
     * @param config the configuration with the actual addresses of the cluster
     * @param jdbcUrl the database of the sink
     * @param nanoTicker ticker for timeouts
     * @param random adds jitter to the retries of concurrent writers of the control topic
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound, or the files of {@code sink.tls} cannot be used
     */
    public static UsageServer start(
            MillraceConfig config,
            String jdbcUrl,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random) {
        return UsageServer.start(
                config,
                new UsageApi.Settings(
                        jdbcUrl,
                        config.sink().apiKeys(),
                        config.modelsInService(),
                        new PipelineState(config, clock, nanoTicker),
                        new PipelineChanges(config, clock, random),
                        UsageApi.Settings.DEFAULT_QUERY_TIME,
                        clock,
                        nanoTicker));
    }
}
