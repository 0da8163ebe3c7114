package dev.millrace.standalone.run;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.Generation;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.RunJournal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the input a second time and publishes what the plan says. What Kafka has acknowledged is
 * written into the journal in the order of lines, so that a run that is killed publishes at most
 * the last few again; the router knows those.
 */
final class Publisher {
    private static final int PAGE = 500;
    private static final int MAX_UNACKNOWLEDGED = 5_000;
    private static final int JOURNAL_EVERY = 2_000;

    private final RunJournal journal;
    private final MillraceProducer producer;
    private final RunSettings settings;
    private final BooleanSupplier isStopping;
    private final List<Long> fileIds;
    private final Set<Generation> moved;
    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    private @Nullable PlannedLine acknowledged;
    private int sinceJournal;

    private record Sent(PlannedLine line, CompletableFuture<?> acknowledgement) {}

    /**
     * @param fileIds those of the settings' files in the plan, in the same order
     * @param moved generations whose lines are not met in the order of their numbers, so that "all
     *     up to here" cannot be said of them
     * @param isStopping whether to publish no more
     */
    Publisher(
            RunJournal journal,
            MillraceProducer producer,
            RunSettings settings,
            List<Long> fileIds,
            Set<Generation> moved,
            BooleanSupplier isStopping) {
        this.journal = journal;
        this.producer = producer;
        this.settings = settings;
        this.fileIds = List.copyOf(fileIds);
        this.moved = moved;
        this.isStopping = isStopping;
    }

    /** Publishes all and returns when Kafka has it, or when it is to stop. */
    void publish() throws IOException {
        try (PlanCursor cursor = journal.plan()) {
            var planned = new Planned(cursor);
            for (int i = 0; i < fileIds.size(); i++) {
                InputFile file = settings.files().get(i);
                try (var reader = BatchFileReader.open(file.content(), settings.maxLineBytes())) {
                    publish(file, fileIds.get(i), reader, planned);
                }
            }
        }
        producer.flush();
        while (!unacknowledged.isEmpty()) {
            acknowledge();
        }
        writeJournal();
    }

    private void publish(InputFile file, long fileId, BatchFileReader reader, Planned planned)
            throws IOException {
        while (planned.isNextOf(fileId) && !isStopping.getAsBoolean()) {
            BatchLine source = reader.next();
            PlannedLine line = planned.next();
            if (source == null || line.sourceLine() != source.number()) {
                throw new RunFailure(
                        file.name() + " has changed while it was read; run it again", null);
            }
            if (line.fate() == Fate.PUBLISH) {
                send(line, source);
            }
        }
    }

    private void send(PlannedLine line, BatchLine source) {
        JournaledLine name = line.line();
        unacknowledged.add(
                new Sent(line, producer.send(ParsedLine.of(source), name.batch(), name.line())));
        while (unacknowledged.size() > MAX_UNACKNOWLEDGED
                || (!unacknowledged.isEmpty()
                        && unacknowledged.getFirst().acknowledgement.isDone())) {
            acknowledge();
        }
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

    /** The plan, one line after the other. */
    private static final class Planned implements Iterator<PlannedLine> {
        private final PlanCursor cursor;
        private List<PlannedLine> page = List.of();
        private int nextOnPage;

        Planned(PlanCursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public boolean hasNext() {
            if (nextOnPage == page.size()) {
                page = cursor.next(PAGE);
                nextOnPage = 0;
            }
            return nextOnPage < page.size();
        }

        boolean isNextOf(long file) {
            return hasNext() && page.get(nextOnPage).file() == file;
        }

        @Override
        public PlannedLine next() {
            return page.get(nextOnPage++);
        }
    }
}
