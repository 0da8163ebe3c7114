package dev.millrace.standalone.option;

import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.data.AnswerSource;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Points to the default data directory of simulated answers when a command finds nothing where it
 * looks. No command reads this directory unless the user names it, because a simulated answer must
 * not pass for a provider's.
 */
public final class SimulatedAnswers {
    private static final Path DIRECTORY = AnswerSource.SIMULATOR.directory();
    private static final Path DATABASE = DataDirectory.database(DIRECTORY);

    private SimulatedAnswers() {}

    /** Returns a sentence if a simulated pipeline runs; else an empty text. */
    static String pipelineHint() {
        return DataDirectory.announced(DIRECTORY).isPresent()
                ? " A simulated one runs in %1$s: use --data-dir %1$s.".formatted(DIRECTORY)
                : "";
    }

    /** Returns a sentence if there are simulated results; else an empty text. */
    static String resultsHint() {
        return Files.exists(DATABASE)
                ? " Simulated ones are in %1$s: use --data-dir %1$s.".formatted(DIRECTORY)
                : "";
    }

    /**
     * Returns the end of a message about an unknown batch if it is stored with simulated answers;
     * else an empty text.
     */
    public static String batchHint(BatchKey key) {
        return hasBatch(key)
                ? ". A simulated batch of this name is in %1$s: use --data-dir %1$s"
                        .formatted(DIRECTORY)
                : "";
    }

    private static boolean hasBatch(BatchKey key) {
        if (!Files.exists(DATABASE)) {
            return false;
        }
        try (QueryRunner runner = QueryRunner.open(Database.sqliteUrl(DATABASE))) {
            return new BatchReader(runner, InstantSource.system().instant()).exists(key);
        } catch (DatabaseException e) {
            // Only the hint is lost; the message that it would follow is complete.
            return false;
        }
    }
}
