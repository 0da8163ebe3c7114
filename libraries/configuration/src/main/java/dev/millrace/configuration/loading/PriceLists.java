package dev.millrace.configuration.loading;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.yaml.problem.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the files of models that are price lists of others. */
@FunctionalInterface
public interface PriceLists {
    /** Takes every file for a catalog of Millrace. */
    PriceLists NONE = _ -> Optional.empty();

    /** Returns the given kinds of price lists as one. */
    static PriceLists of(List<PriceLists> kinds) {
        return file -> kinds.stream().flatMap(it -> it.modelsOf(file).stream()).findFirst();
    }

    /**
     * Returns the models of a file by their names; empty if its name is not the name of a price
     * list.
     *
     * @throws ConfigException if the file cannot be read
     */
    Optional<Map<String, Model>> modelsOf(Path file);
}
