package dev.millrace.standalone.run.publish;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.input.InputFile;
import dev.millrace.standalone.run.input.RunFailure;
import dev.millrace.standalone.run.input.RunSettings;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.PlannedLine;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads the input again, and publishes the lines that a complete plan selects. One thread. */
final class PlanPublisher {
    private static final int PAGE = 500;

    private final RunSettings settings;
    private final List<Long> fileIds;
    private final BooleanSupplier isStopping;

    /**
     * @param fileIds ids of the input files in the plan, in the order of the settings
     * @param isStopping returns true when no further line may be published
     */
    PlanPublisher(RunSettings settings, List<Long> fileIds, BooleanSupplier isStopping) {
        this.settings = settings;
        this.fileIds = List.copyOf(fileIds);
        this.isStopping = isStopping;
    }

    /**
     * Passes each line to publish to the publisher.
     *
     * @throws RunFailure if a file does not match the plan
     */
    void publish(PlanCursor cursor, LinePublisher publisher) throws IOException {
        var lines = new PlanIterator(cursor);
        for (int i = 0; i < fileIds.size(); i++) {
            InputFile file = settings.files().get(i);
            try (var reader = BatchFileReader.open(file.content(), settings.maxLineBytes())) {
                publish(file, fileIds.get(i), reader, lines, publisher);
            }
        }
    }

    private void publish(
            InputFile file,
            long fileId,
            BatchFileReader reader,
            PlanIterator lines,
            LinePublisher publisher)
            throws IOException {
        while (lines.isNextOf(fileId) && !isStopping.getAsBoolean()) {
            BatchLine source = reader.next();
            PlannedLine line = lines.next();
            if (source == null || line.sourceLine() != source.number()) {
                throw new RunFailure(
                        file.name() + " changed while it was being read; run the command again",
                        null);
            }
            if (line.action() == PlannedLine.Action.PUBLISH) {
                publisher.publish(line, ParsedLine.of(source));
            }
        }
    }

    /** Iterates over the plan line by line. */
    private static final class PlanIterator implements Iterator<PlannedLine> {
        private final PlanCursor cursor;
        private List<PlannedLine> page = List.of();
        private int nextOnPage;

        PlanIterator(PlanCursor cursor) {
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
