package dev.millrace.standalone.run;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.reader.problem.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What one quick reading of the input tells before anything is planned.
 *
 * @param lines that the run takes: not blank, and within its limit
 * @param models names of models, as these lines say them; empty when every key is there, because
 *     then nobody needs them
 * @param digests of the whole content of each file, in the order of the files
 */
public record Survey(long lines, Set<String> models, List<byte[]> digests) {

    /**
     * Reads all files to their ends.
     *
     * @throws IOException when a file cannot be read
     */
    public static Survey of(RunSettings settings, MillraceConfig config) throws IOException {
        return unlessStopped(settings, config, () -> false).orElseThrow();
    }

    /**
     * Reads all files to their ends.
     *
     * @return empty when the user wants to stop before
     * @throws IOException when a file cannot be read
     */
    static Optional<Survey> unlessStopped(
            RunSettings settings, MillraceConfig config, BooleanSupplier isStopping)
            throws IOException {
        var reading = new Reading(settings, !Reach.isEveryProviderReady(config), isStopping);
        Survey survey = reading.read();
        return isStopping.getAsBoolean() ? Optional.empty() : Optional.of(survey);
    }

    /**
     * Checks that the provider of every line could be called.
     *
     * @throws ConfigException with every secret that is not set
     */
    public void requireReady(MillraceConfig config) {
        Reach.requireReady(config, models);
    }

    private static final class Reading {
        private final RunSettings settings;
        private final boolean withModels;
        private final BooleanSupplier isStopping;
        private final Set<String> models = new HashSet<>();
        private final List<byte[]> digests = new ArrayList<>();
        private long lines;

        Reading(RunSettings settings, boolean withModels, BooleanSupplier isStopping) {
            this.settings = settings;
            this.withModels = withModels;
            this.isStopping = isStopping;
        }

        Survey read() throws IOException {
            for (InputFile file : settings.files()) {
                var content =
                        new DigestInputStream(
                                Files.newInputStream(file.content()), InputFile.digest());
                try (var reader = new BatchFileReader(content, settings.maxLineBytes())) {
                    read(reader);
                }
                digests.add(content.getMessageDigest().digest());
            }
            return new Survey(lines, Set.copyOf(models), List.copyOf(digests));
        }

        private void read(BatchFileReader reader) throws IOException {
            BatchLine line = reader.next();
            while (line != null && !isStopping.getAsBoolean()) {
                if (lines < settings.limit()) {
                    lines++;
                    if (withModels
                            && ParsedLine.of(line).parsed()
                                    instanceof ParseResult.Accepted(RequestLine request)) {
                        models.add(request.model());
                    }
                }
                line = reader.next();
            }
        }
    }
}
