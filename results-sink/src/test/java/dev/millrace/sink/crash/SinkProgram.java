package dev.millrace.sink.crash;

import static dev.millrace.sink.fixture.ResultTopics.TOPICS;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.service.Health;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** Runs a sink until it stops by itself or the process ends. Prints why it is not ready. */
final class SinkProgram {
    private SinkProgram() {}

    /**
     * Starts the sink.
     *
     * @param arguments bootstrap servers, and the URL of the database
     */
    public static void main(String[] arguments) throws Exception {
        try (var sink =
                Sink.start(
                        new SinkSettings(
                                Map.of("bootstrap.servers", arguments[0]),
                                TOPICS,
                                arguments[1],
                                Duration.ofDays(36_500),
                                new SimpleMeterRegistry(),
                                InstantSource.system(),
                                System::nanoTime,
                                _ -> {},
                                HeapShare.AMPLE))) {
            await().forever().until(() -> !report(sink.health()).live());
        }
    }

    private static Health report(Health health) {
        if (!health.ready()) {
            System.out.println("not ready: " + health.detail());
        }
        return health;
    }
}
