package dev.millrace.router;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running router. Streams' threads do the work; start and close are for one thread. */
public final class Router implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final StreamConsumers consumers;
    private final ThreadFailures failures;
    private final Attendants attendants;

    Router(
            KafkaStreams streams,
            StreamConsumers consumers,
            ThreadFailures failures,
            Attendants attendants) {
        this.streams = streams;
        this.consumers = consumers;
        this.failures = failures;
        this.attendants = attendants;
    }

    /**
     * Starts a router and returns at once; {@link #health} says when it works.
     *
     * @throws RouterStartException when the cluster does not answer or a topic is missing that
     *     nothing goes without
     */
    public static Router start(
            RouterSettings settings, MeterRegistry registry, InstantSource clock) {
        return new RouterStart(settings, registry, clock).run();
    }

    @Override
    public Health health() {
        return switch (streams.state()) {
            case RUNNING -> working();
            // Streams takes up no task while it is paused: one that was started so is as good as
            // one that was paused later.
            case CREATED, REBALANCING ->
                    streams.isPaused() ? working() : Health.waiting("waiting for its partitions");
            case PENDING_SHUTDOWN, PENDING_ERROR -> Health.waiting("stopping");
            case NOT_RUNNING -> Health.stopped("closed");
            case ERROR -> Health.stopped("failed: " + failures.reason());
        };
    }

    private Health working() {
        Health control = attendants.control().health();
        if (!control.ready()) {
            return control;
        }
        if (!attendants.pauses().isLooking()) {
            return Health.waiting("pauses are no longer seen; the log says why");
        }
        String work = streams.isPaused() ? "paused by control" : "routing";
        var problems =
                Stream.of(
                                attendants.control().state().unreadableVersionsMessage(),
                                attendants.cleanup().problem())
                        .flatMap(Optional::stream);
        return Health.ready(
                Stream.of(Stream.of(work), problems, consumers.problems().stream())
                        .flatMap(it -> it)
                        .collect(Collectors.joining("; ")));
    }

    /** Commits what has been routed and leaves the group, so that others take over at once. */
    @Override
    public void close() {
        boolean closed =
                streams.close(
                        CloseOptions.groupMembershipOperation(
                                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                                .withTimeout(CLOSE_WITHIN));
        if (!closed) {
            LOG.atWarn().log("The router's threads have not ended in time");
        }
        attendants.close();
    }
}
