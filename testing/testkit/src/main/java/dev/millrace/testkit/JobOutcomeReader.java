package dev.millrace.testkit;

import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the outcomes of one batch. */
final class JobOutcomeReader {
    private static final Duration POLL = Duration.ofMillis(50);

    private final String batch;
    private final List<Output.Result> results = new ArrayList<>();
    private final List<Output.Letter> deadLetters = new ArrayList<>();

    private JobOutcomeReader(String batch) {
        this.batch = batch;
    }

    /**
     * Waits for the outcomes of a number of lines.
     *
     * @throws AssertionError if they have not all ended within the timeout
     */
    static BatchOutcomes await(ConsumerSettings settings, String batch, int lines, Duration timeout)
            throws InterruptedException {
        var reader = new JobOutcomeReader(batch);
        long start = System.nanoTime();
        try (var consumer = MillraceConsumer.at(settings, List.of())) {
            while (reader.count() < lines) {
                if (System.nanoTime() - start > timeout.toNanos()) {
                    throw new AssertionError(reader.missing(lines, timeout));
                }
                consumer.poll(POLL).forEach(reader::add);
            }
        }
        return new BatchOutcomes(reader.results, reader.deadLetters);
    }

    private int count() {
        return results.size() + deadLetters.size();
    }

    private String missing(int lines, Duration timeout) {
        return "%d of %d lines of batch %s have ended after %d ms: %d results, %d dead letters"
                .formatted(
                        count(),
                        lines,
                        batch,
                        timeout.toMillis(),
                        results.size(),
                        deadLetters.size());
    }

    private void add(Received received) {
        switch (received.output()) {
            case Output.Result it when it.view().batch().equals(batch) -> results.add(it);
            case Output.Letter it when batch.equals(it.letter().batch()) -> deadLetters.add(it);
            case Output.Result _, Output.Letter _, Output.Cost _, Output.Unreadable _ -> {}
        }
    }
}
