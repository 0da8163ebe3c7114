package dev.millrace.standalone.pipeline;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline in this process is made of.
 *
 * @param data null when no part {@linkplain Pipeline#keepsFiles keeps files}
 * @param parts those to start; without {@link Part#BROKER} the configuration must name a cluster
 * @param brokerPort of the embedded broker, 0 for any free one
 * @param listener is told what the sink stores
 * @param acceptResend whether the worker takes up again what it cannot know to be unfinished
 */
public record PipelineSettings(
        MillraceConfig config,
        @Nullable DataDirectory data,
        Set<Part> parts,
        int brokerPort,
        MeterRegistry meters,
        SinkListener listener,
        boolean acceptResend) {
    public PipelineSettings {
        parts = Set.copyOf(parts);
    }

    /** Returns the data directory for a part that keeps files. */
    DataDirectory folder() {
        return Objects.requireNonNull(data, "a part that keeps files needs a data directory");
    }

    boolean has(Part part) {
        return parts.contains(part);
    }
}
