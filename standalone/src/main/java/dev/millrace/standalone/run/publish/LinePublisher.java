package dev.millrace.standalone.run.publish;

import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.input.RunFailure;
import dev.millrace.standalone.run.journal.Generation;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.RunJournal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes planned lines in the given order, and journals acknowledged lines in this order. So the
 * run after a crash publishes at most the last few lines again, and the router recognizes these
 * repeats. Used by one thread.
 */
final class LinePublisher {
    private static final int MAX_UNACKNOWLEDGED = 5_000;
    private static final int LINES_PER_JOURNAL_WRITE = 2_000;

    private final RunJournal journal;
    private final MillraceProducer producer;
    private final Set<Generation> nonContiguous;
    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    private @Nullable PlannedLine acknowledged;
    private int sinceJournalWrite;

    private record Sent(PlannedLine line, CompletableFuture<?> acknowledgement) {}

    /**
     * @param nonContiguous generations that are not journaled, because their highest line number
     *     alone does not tell which lines are published
     */
    LinePublisher(RunJournal journal, MillraceProducer producer, Set<Generation> nonContiguous) {
        this.journal = journal;
        this.producer = producer;
        this.nonContiguous = nonContiguous;
    }

    /** Sends a line. Blocks while too many lines are unacknowledged. */
    void publish(PlannedLine line, ParsedLine source) {
        JournaledLine target = line.line();
        unacknowledged.add(new Sent(line, producer.send(source, target.batch(), target.line())));
        while (unacknowledged.size() > MAX_UNACKNOWLEDGED
                || (!unacknowledged.isEmpty()
                        && unacknowledged.getFirst().acknowledgement.isDone())) {
            awaitFirst();
        }
    }

    /** Waits until Kafka has acknowledged all sent lines, and journals them. */
    void finish() {
        producer.flush();
        while (!unacknowledged.isEmpty()) {
            awaitFirst();
        }
        writeJournal();
    }

    private void awaitFirst() {
        Sent first = unacknowledged.removeFirst();
        try {
            first.acknowledgement.join();
        } catch (CompletionException e) {
            throw new RunFailure(
                    "Kafka rejected line "
                            + first.line.sourceLine()
                            + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        boolean isNextGeneration =
                acknowledged != null && !acknowledged.generation().equals(first.line.generation());
        if (isNextGeneration || ++sinceJournalWrite >= LINES_PER_JOURNAL_WRITE) {
            writeJournal();
        }
        acknowledged = first.line;
    }

    private void writeJournal() {
        if (acknowledged != null && !nonContiguous.contains(acknowledged.generation())) {
            journal.recordPublishedThrough(acknowledged.generation(), acknowledged.line().line());
        }
        sinceJournalWrite = 0;
    }
}
