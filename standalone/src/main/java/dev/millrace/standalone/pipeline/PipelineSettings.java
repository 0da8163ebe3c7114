package dev.millrace.standalone.pipeline;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pipeline in this process.
 *
 * @param data the data directory; null when no part {@linkplain Pipeline#keepsFiles keeps files}
 * @param parts the parts to start; without {@link PipelinePart#BROKER} the configuration must name
 *     a cluster
 * @param brokerPort port of the embedded broker; 0 for any free port
 * @param listener receives each stored outcome from the sink
 * @param acceptResend true if the worker may resume partitions with unknown progress, which can
 *     repeat finished calls
 * @param sharesLimits true if workers of other processes can join the pipeline and share its
 *     configured limits
 */
public record PipelineSettings(
        MillraceConfig config,
        @Nullable DataDirectory data,
        Set<PipelinePart> parts,
        int brokerPort,
        MeterRegistry meters,
        SinkListener listener,
        boolean acceptResend,
        boolean sharesLimits) {
    public PipelineSettings {
        parts = Set.copyOf(parts);
    }

    /** Returns the data directory; only for parts that keep files. */
    DataDirectory requireData() {
        return Objects.requireNonNull(data, "a part that keeps files needs a data directory");
    }

    boolean has(PipelinePart part) {
        return parts.contains(part);
    }
}
