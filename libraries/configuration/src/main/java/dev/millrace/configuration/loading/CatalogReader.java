package dev.millrace.configuration.loading;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.CatalogConversions;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelOverlay;
import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.document.TextFile;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads only the models of a file, for comparisons of prices. The providers of the models need not
 * be configured.
 */
public final class CatalogReader {
    private static final String MODELS = "models";

    private CatalogReader() {}

    /**
     * Returns the shipped models overlaid with the {@code models} of a file. Ignores other
     * sections, so the file can be a whole configuration.
     *
     * @param environment variables that the models can refer to
     * @throws ConfigException with all problems of the models
     */
    public static Catalog load(Path file, Map<String, String> environment) {
        return Catalog.of(loadOver(ModelsSection.shipped(), file, environment));
    }

    /**
     * Returns the given models overlaid with the {@code models} of a file.
     *
     * @throws ConfigException with all problems of the models
     */
    static Collection<Model> loadOver(
            Map<String, Model> base, Path file, Map<String, String> environment) {
        var problems = new Problems(file.toString());
        return TextFile.read(file, problems)
                .flatMap(text -> YamlDocument.read(text, new Interpolation(environment), problems))
                .map(root -> models(base, root, problems))
                .orElseThrow(() -> unusable(problems));
    }

    private static Collection<Model> models(
            Map<String, Model> base, Node.Mapping root, Problems problems) {
        var entries = root.find(MODELS);
        if (entries.isEmpty() || !(entries.get() instanceof Node.Mapping mapping)) {
            problems.add(root.line(), MODELS, "is required, with a model under each name");
            throw unusable(problems);
        }
        var reader = new RecordReader(CatalogConversions.addTo(new Conversions()), problems);
        var overlays = new LinkedHashMap<String, ModelOverlay>();
        mapping.entries()
                .forEach(
                        (name, entry) ->
                                reader.read(
                                                entry.value(),
                                                MODELS + "." + name,
                                                ModelOverlay.class,
                                                null)
                                        .ifPresent(it -> overlays.put(name, it)));
        var section = new ModelsSection(new NodeLocator(root, problems), base, overlays);
        var models = section.models().values();
        section.reportConflicts(models);
        if (!problems.isEmpty()) {
            throw unusable(problems);
        }
        return models;
    }

    private static ConfigException unusable(Problems problems) {
        return new ConfigException("The catalog has", problems.inOrder());
    }
}
