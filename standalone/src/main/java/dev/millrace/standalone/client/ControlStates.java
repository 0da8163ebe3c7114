package dev.millrace.standalone.client;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlFollower;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state of the control topic. Starts to follow the topic at the first read; if the topic
 * is not readable yet, tries again at the next read. Thread-safe.
 */
public final class ControlStates implements Supplier<ControlState>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlStates.class);

    private final MillraceConfig config;
    private @Nullable ControlFollower follower;
    private boolean isFailing;

    /** Creates a reader that has not started. */
    public ControlStates(MillraceConfig config) {
        this.config = config;
    }

    /** Returns the latest state; an empty one while the topic cannot be read. */
    @Override
    public synchronized ControlState get() {
        ControlFollower current = follower;
        if (current == null) {
            try {
                current =
                        ControlFollower.start(
                                config.kafka().orElseThrow().properties(),
                                config.topics().prefix());
                follower = current;
            } catch (KafkaException e) {
                if (!isFailing) {
                    isFailing = true;
                    LOG.atWarn()
                            .addKeyValue("problem", e.getMessage())
                            .log("the control topic cannot be read yet");
                }
                return ControlState.EMPTY;
            }
        }
        return current.state();
    }

    @Override
    public synchronized void close() {
        ControlFollower current = follower;
        if (current != null) {
            current.close();
        }
    }
}
