package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.yaml.problem.ConfigException;
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
 * Summary of the input, read before any line is planned.
 *
 * @param lines number of non-blank lines within the limit of the run
 * @param models names of models and fallbacks in these lines; empty when no provider is off,
 *     because no check then needs the names
 * @param digests digest of the whole content of each file, in the order of the files
 */
record InputSummary(long lines, Set<String> models, List<byte[]> digests) {

    /**
     * Reads all files to the end.
     *
     * @throws IOException if a file cannot be read
     */
    static InputSummary read(RunSettings settings, MillraceConfig config) throws IOException {
        return readUnlessStopped(settings, config, () -> false).orElseThrow();
    }

    /**
     * Reads all files to the end, unless the user stops the run first.
     *
     * @return empty if the user stopped the run
     * @throws IOException if a file cannot be read
     */
    static Optional<InputSummary> readUnlessStopped(
            RunSettings settings, MillraceConfig config, BooleanSupplier isStopping)
            throws IOException {
        var reader = new Reader(settings, !config.off().isEmpty(), isStopping);
        InputSummary summary = reader.read();
        return isStopping.getAsBoolean() ? Optional.empty() : Optional.of(summary);
    }

    /**
     * Checks that some line can be called.
     *
     * @throws ConfigException naming every secret that is not set
     */
    void requireReady(MillraceConfig config) {
        ProviderReadiness.requireReady(config, models);
    }

    private static final class Reader {
        private final RunSettings settings;
        private final boolean collectsModels;
        private final BooleanSupplier isStopping;
        private final Set<String> models = new HashSet<>();
        private final List<byte[]> digests = new ArrayList<>();
        private long lines;

        Reader(RunSettings settings, boolean collectsModels, BooleanSupplier isStopping) {
            this.settings = settings;
            this.collectsModels = collectsModels;
            this.isStopping = isStopping;
        }

        InputSummary read() throws IOException {
            for (InputFile file : settings.files()) {
                var content =
                        new DigestInputStream(
                                Files.newInputStream(file.content()), Sha256.create());
                try (var reader =
                        BatchFileReader.open(file.name(), content, settings.maxLineBytes())) {
                    read(reader);
                }
                digests.add(content.getMessageDigest().digest());
            }
            return new InputSummary(lines, Set.copyOf(models), List.copyOf(digests));
        }

        private void read(BatchFileReader reader) throws IOException {
            BatchLine line = reader.next();
            while (line != null && !isStopping.getAsBoolean()) {
                if (lines < settings.limit()) {
                    lines++;
                    if (collectsModels
                            && ParsedLine.of(line).parsed()
                                    instanceof ParseResult.Accepted(RequestLine request)) {
                        ProviderReadiness.names(request).forEach(models::add);
                    }
                }
                line = reader.next();
            }
        }
    }
}
