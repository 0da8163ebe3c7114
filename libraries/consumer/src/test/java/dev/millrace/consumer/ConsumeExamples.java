package dev.millrace.consumer;

import dev.millrace.contracts.output.Output;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The examples in {@code docs/libraries.md}, between the comments. */
final class ConsumeExamples {
    private ConsumeExamples() {}

    /** The caller's database. */
    interface Store {
        List<Position> positions();

        void save(List<Received> effects, List<Position> positions);

        void upsert(Output output);
    }

    static void keepPositions(String bootstrapServers, Store store) throws InterruptedException {
        // begin
        var settings =
                new ConsumerSettings(
                        Map.of("bootstrap.servers", bootstrapServers),
                        OutputTopic.RESULTS,
                        OutputTopic.DEAD_LETTERS);
        try (var consumer = MillraceConsumer.at(settings, store.positions())) {
            while (true) {
                List<Received> received = consumer.poll(Duration.ofSeconds(1));
                // One database transaction; a later position of a partition replaces the earlier.
                store.save(received, received.stream().map(Received::next).toList());
            }
        }
        // end
    }

    static void joinGroup(String bootstrapServers, Store store) throws InterruptedException {
        // begin
        var settings =
                new ConsumerSettings(
                        Map.of("bootstrap.servers", bootstrapServers), OutputTopic.RESULTS);
        try (var consumer = MillraceConsumer.ofGroup(settings, "invoices")) {
            while (true) {
                for (Received record : consumer.poll(Duration.ofSeconds(1))) {
                    if (record.output() instanceof Output.Result result) {
                        store.upsert(result);
                    } else if (record.output() instanceof Output.Unreadable bad) {
                        System.err.println(bad.problem());
                    }
                }
                consumer.commit();
            }
        }
        // end
    }
}
