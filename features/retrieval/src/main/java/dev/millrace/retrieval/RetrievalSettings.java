package dev.millrace.retrieval;

import dev.millrace.configuration.MillraceConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The settings of a retrieval service.
 *
 * @param config with the address of the cluster
 * @param index folder of the indexes, or the next free one
 * @param instance unique among the processes of the pipeline
 * @param startDelay wait before the first connection, so that a process starts faster
 * @param embeddingThreads most passages that are embedded at once, 1 or more
 */
public record RetrievalSettings(
        MillraceConfig config,
        Path index,
        String instance,
        Duration startDelay,
        int embeddingThreads,
        MeterRegistry meters,
        InstantSource clock,
        LongSupplier nanoTicker) {}
