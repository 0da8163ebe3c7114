package dev.millrace.standalone.run;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.batch.Publication;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.PlannedLine;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the input again, and publishes the lines that a complete plan selects. One thread. */
final class PlanPublisher {
    private final RunSettings settings;
    private final List<Long> fileIds;
    private final BooleanSupplier isStopping;

    /**
     * @param fileIds ids of the input files in the plan, in the order of the settings
     * @param isStopping returns true once publishing must stop
     */
    PlanPublisher(RunSettings settings, List<Long> fileIds, BooleanSupplier isStopping) {
        this.settings = settings;
        this.fileIds = List.copyOf(fileIds);
        this.isStopping = isStopping;
    }

    /**
     * Publishes the lines.
     *
     * @throws UserError if a file does not match the plan
     */
    void publish(PlanCursor plan, Publication publication) throws IOException {
        PlannedLine next = plan.next();
        for (int i = 0; i < fileIds.size(); i++) {
            InputFile file = settings.files().get(i);
            try (var reader = BatchFileReader.open(file.content(), settings.maxLineBytes())) {
                while (next != null
                        && next.file() == fileIds.get(i)
                        && !isStopping.getAsBoolean()) {
                    publish(next, file, reader.next(), publication);
                    next = plan.next();
                }
            }
        }
    }

    private static void publish(
            PlannedLine line, InputFile file, @Nullable BatchLine source, Publication publication) {
        if (source == null || line.sourceLine() != source.number()) {
            throw UserError.failure(
                    file.name() + " changed while it was being read; run the command again");
        }
        if (line.action() == PlannedLine.Action.PUBLISH) {
            JournaledLine target = line.line();
            publication.publish(ParsedLine.of(source), target.batch(), target.line());
        }
    }
}
