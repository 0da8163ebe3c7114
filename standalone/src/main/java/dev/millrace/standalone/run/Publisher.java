package dev.millrace.standalone.run;

import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
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
 * Publishes the lines that the plan says, in the order in which they are given. What Kafka has
 * acknowledged is written into the journal in that order, so that a run that is killed publishes at
 * most the last few again; the router knows those. One thread.
 */
final class Publisher {
    private static final int MAX_UNACKNOWLEDGED = 5_000;
    private static final int JOURNAL_EVERY = 2_000;

    private final RunJournal journal;
    private final MillraceProducer producer;
    private final Set<Generation> moved;
    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    private @Nullable PlannedLine acknowledged;
    private int sinceJournal;

    private record Sent(PlannedLine line, CompletableFuture<?> acknowledgement) {}

    /**
     * @param moved generations whose lines are not met in the order of their numbers, so that "all
     *     up to here" cannot be said of them
     */
    Publisher(RunJournal journal, MillraceProducer producer, Set<Generation> moved) {
        this.journal = journal;
        this.producer = producer;
        this.moved = moved;
    }

    /** Sends a line; waits while too many are not acknowledged. */
    void publish(PlannedLine line, ParsedLine source) {
        JournaledLine name = line.line();
        unacknowledged.add(new Sent(line, producer.send(source, name.batch(), name.line())));
        while (unacknowledged.size() > MAX_UNACKNOWLEDGED
                || (!unacknowledged.isEmpty()
                        && unacknowledged.getFirst().acknowledgement.isDone())) {
            acknowledge();
        }
    }

    /** Returns when Kafka has all that was sent, and the journal says so. */
    void finish() {
        producer.flush();
        while (!unacknowledged.isEmpty()) {
            acknowledge();
        }
        writeJournal();
    }

    private void acknowledge() {
        Sent first = unacknowledged.removeFirst();
        try {
            first.acknowledgement.join();
        } catch (CompletionException e) {
            throw new RunFailure(
                    "Kafka did not take line "
                            + first.line.sourceLine()
                            + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        boolean isNext =
                acknowledged != null && !acknowledged.generation().equals(first.line.generation());
        if (isNext || ++sinceJournal >= JOURNAL_EVERY) {
            writeJournal();
        }
        acknowledged = first.line;
    }

    private void writeJournal() {
        if (acknowledged != null && !moved.contains(acknowledged.generation())) {
            journal.publishedThrough(acknowledged.generation(), acknowledged.line().line());
        }
        sinceJournal = 0;
    }
}
