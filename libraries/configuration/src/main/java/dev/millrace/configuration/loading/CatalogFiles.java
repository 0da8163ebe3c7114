package dev.millrace.configuration.loading;

import dev.millrace.configuration.CatalogConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.problem.ConfigException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The section {@code catalog} of a file: models of other files.
 *
 * <p>Takes all models of a Millrace catalog, because its author listed them for use. A third-party
 * price list has thousands of models, each of which would get topics. So only the models that the
 * configuration names are taken from a price list.
 *
 * @param locator the configuration, which receives the problems
 * @param lists reads the files that are no catalogs of Millrace
 * @param environment variables that catalogs can refer to
 */
record CatalogFiles(
        NodeLocator locator,
        CatalogConfig config,
        PriceLists lists,
        Map<String, String> environment) {
    /** Sections whose texts can name models. */
    private static final List<String> NAMING_SECTIONS = List.of("policies", "retrieval", "worker");

    /** Returns the given models, with the files' models added or replaced. */
    Map<String, Model> over(Map<String, Model> shipped) {
        var models = new LinkedHashMap<>(shipped);
        var names = namedModels();
        for (int i = 0; i < config.files().size(); i++) {
            try {
                read(Path.of(config.files().get(i)), names, models);
            } catch (ConfigException e) {
                report(i, e.getMessage());
            } catch (InvalidPathException e) {
                report(i, "must be a path: " + e.getReason());
            }
        }
        return models;
    }

    private void report(int index, String message) {
        locator.report(message, "catalog", "files", "[" + index + "]");
    }

    private void read(Path file, Set<String> names, Map<String, Model> models) {
        var list = lists.modelsOf(file);
        if (list.isPresent()) {
            list.get()
                    .forEach(
                            (name, model) -> {
                                if (names.contains(name)) {
                                    models.put(name, model);
                                }
                            });
        } else {
            CatalogReader.loadOver(models, file, environment)
                    .forEach(it -> models.put(it.name(), it));
        }
    }

    /** Returns every text of the configuration that can be the name of a model. */
    private Set<String> namedModels() {
        var names = new HashSet<String>(locator.keysOf("models"));
        for (String model : locator.keysOf("models")) {
            locator.find("models", model, "fallback")
                    .ifPresent(it -> texts(it).forEach(names::add));
        }
        for (String section : NAMING_SECTIONS) {
            locator.find(section).ifPresent(it -> texts(it).forEach(names::add));
        }
        return names;
    }

    private static Stream<String> texts(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> Stream.of(scalar.text());
            case Node.Sequence sequence -> sequence.items().stream().flatMap(CatalogFiles::texts);
            case Node.Mapping mapping ->
                    Stream.concat(
                            mapping.entries().keySet().stream(),
                            mapping.entries().values().stream().flatMap(it -> texts(it.value())));
        };
    }
}
