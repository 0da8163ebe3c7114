package com.example.tickets;

import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.OutputTopic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** Reads how lines ended and stores it, from where the store says that it ended. */
public final class AnswerCollector {
    private static final Duration POLL = Duration.ofMillis(200);

    private final ConsumerSettings settings;

    public AnswerCollector(String bootstrapServers) {
        settings =
                new ConsumerSettings(
                        Map.of("bootstrap.servers", bootstrapServers),
                        OutputTopic.RESULTS,
                        OutputTopic.DEAD_LETTERS);
    }

    /** Returns when the store has a number of answers, or with an exception if interrupted. */
    public void collect(AnswerStore store, int answers) throws SQLException, InterruptedException {
        try (var consumer = MillraceConsumer.at(settings, store.positions())) {
            while (store.count() < answers) {
                store.store(consumer.poll(POLL));
            }
        }
    }
}
