package dev.millrace.standalone.pipeline;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/**
 * What a pipeline in this process is made of.
 *
 * @param parts those to start; without {@link Part#BROKER} the configuration must name a cluster
 * @param brokerPort of the embedded broker, 0 for any free one
 * @param listener is told what the sink stores
 * @param acceptResend whether the worker takes up again what it cannot know to be unfinished
 */
public record PipelineSettings(
        MillraceConfig config,
        DataDirectory data,
        Set<Part> parts,
        int brokerPort,
        MeterRegistry meters,
        SinkListener listener,
        boolean acceptResend) {
    public PipelineSettings {
        parts = Set.copyOf(parts);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }
}
