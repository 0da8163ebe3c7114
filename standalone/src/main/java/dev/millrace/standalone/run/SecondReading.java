package dev.millrace.standalone.run;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.PlannedLine;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads the input a second time, beside the plan that the first reading has made. One thread. */
final class SecondReading {
    private static final int PAGE = 500;

    private final RunSettings settings;
    private final List<Long> fileIds;
    private final BooleanSupplier isStopping;

    /**
     * @param fileIds those of the settings' files in the plan, in the same order
     * @param isStopping whether to publish no more
     */
    SecondReading(RunSettings settings, List<Long> fileIds, BooleanSupplier isStopping) {
        this.settings = settings;
        this.fileIds = List.copyOf(fileIds);
        this.isStopping = isStopping;
    }

    /**
     * Gives each line of the plan to the publisher.
     *
     * @throws RunFailure when a file is not what the plan says
     */
    void publish(PlanCursor cursor, Publisher publisher) throws IOException {
        var planned = new Planned(cursor);
        for (int i = 0; i < fileIds.size(); i++) {
            InputFile file = settings.files().get(i);
            try (var reader = BatchFileReader.open(file.content(), settings.maxLineBytes())) {
                publish(file, fileIds.get(i), reader, planned, publisher);
            }
        }
    }

    private void publish(
            InputFile file,
            long fileId,
            BatchFileReader reader,
            Planned planned,
            Publisher publisher)
            throws IOException {
        while (planned.isNextOf(fileId) && !isStopping.getAsBoolean()) {
            BatchLine source = reader.next();
            PlannedLine line = planned.next();
            if (source == null || line.sourceLine() != source.number()) {
                throw new RunFailure(
                        file.name() + " has changed while it was read; run it again", null);
            }
            if (line.fate() == Fate.PUBLISH) {
                publisher.publish(line, ParsedLine.of(source));
            }
        }
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
