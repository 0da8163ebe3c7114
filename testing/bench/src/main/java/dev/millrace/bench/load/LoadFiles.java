package dev.millrace.bench.load;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the input files of a measured run. */
public final class LoadFiles {
    private LoadFiles() {}

    /**
     * Writes a batch file of generated jobs.
     *
     * @throws IOException when the file cannot be written
     */
    public static void writeJobs(Path file, long jobs) throws IOException {
        try (var out = Files.newBufferedWriter(file)) {
            for (long i = 0; i < jobs; i++) {
                out.write(GeneratedJob.of(i).line());
                out.write('\n');
            }
        }
    }

    /**
     * Writes a configuration in which one provider serves every model.
     *
     * @throws IOException when the file cannot be written
     */
    public static void writeConfiguration(Path file, URI provider, int inFlight)
            throws IOException {
        var yaml = new StringBuilder();
        yaml.append("providers:\n  bench: { wire: openai, base_url: \"")
                .append(provider.resolve("/v1"))
                .append("\" }\nworker: { max_in_flight: ")
                .append(inFlight)
                .append(" }\nmodels:\n");
        for (Model model : Catalog.shipped().models()) {
            yaml.append("  ")
                    .append(model.name())
                    .append(": { provider: bench, upstream_model: ")
                    .append(model.name())
                    .append(" }\n");
        }
        Files.writeString(file, yaml);
    }
}
