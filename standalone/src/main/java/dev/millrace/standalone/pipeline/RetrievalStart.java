package dev.millrace.standalone.pipeline;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.service.Service;
import dev.millrace.retrieval.RetrievalService;
import dev.millrace.retrieval.RetrievalSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** Starts the service that finds passages of documents. */
final class RetrievalStart {
    /** Few jobs ask for passages, and all are to start as fast as without documents. */
    private static final Duration EMBEDDED_DELAY = Duration.ofMillis(500);

    private RetrievalStart() {}

    static Service service(PipelineSettings settings, MillraceConfig config) {
        boolean isEmbedded = settings.has(PipelinePart.BROKER);
        var random = new SplittableRandom();
        int processors = Runtime.getRuntime().availableProcessors();
        return RetrievalService.start(
                new RetrievalSettings(
                        config,
                        Pipeline.index(config, settings.data()),
                        isEmbedded
                                ? ServiceFactory.EMBEDDED_INSTANCE
                                : "%016x".formatted(random.nextLong()),
                        isEmbedded ? EMBEDDED_DELAY : Duration.ZERO,
                        // Calls and indexing share the processors.
                        Math.max(1, processors / 2),
                        settings.meters(),
                        InstantSource.system(),
                        System::nanoTime));
    }
}
