package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.gateway.usage.StateSource;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.status.StatusJson;
import dev.millrace.standalone.status.StatusReader;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data that {@code millrace status --json} prints. Each reading opens clients of the
 * cluster, so requests share a state for a short time, and only one request reads at once.
 */
final class PipelineState implements StateSource {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final StatusReader reader;
    private final LongSupplier nanoTicker;
    private @Nullable String latest;
    private long readNanos;

    PipelineState(MillraceConfig config, InstantSource clock, LongSupplier nanoTicker) {
        this.reader = new StatusReader(PipelineClient.of(config), config, clock, nanoTicker);
        this.nanoTicker = nanoTicker;
    }

    @Override
    public synchronized String json() throws StateUnavailableException {
        String state = latest;
        if (state == null || nanoTicker.getAsLong() - readNanos > FRESH_NANOS) {
            state = read();
            latest = state;
            readNanos = nanoTicker.getAsLong();
        }
        return state;
    }

    private String read() throws StateUnavailableException {
        try {
            return StatusJson.of(reader.read());
        } catch (UserError | TopicAdminException e) {
            throw new StateUnavailableException(String.valueOf(e.getMessage()));
        }
    }
}
