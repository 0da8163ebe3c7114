package dev.millrace.contracts.catalog;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/** Loads the catalog that ships with Millrace, once, on first use. */
final class ShippedCatalog {
    private static final String RESOURCE = "/dev/millrace/contracts/catalog.yaml";

    static final Catalog CATALOG = read();

    private ShippedCatalog() {}

    /** The top level of the file: models by name. */
    record File(Map<String, ModelOverlay> models) {}

    private static Catalog read() {
        var problems = new Problems(RESOURCE);
        var reader = new RecordReader(CatalogConversions.addTo(new Conversions()), problems);
        var models =
                YamlDocument.read(text(), new Interpolation(Map.of()), problems)
                        .flatMap(root -> reader.read(root, "", File.class, null))
                        .map(File::models)
                        .orElse(Map.of());
        if (!problems.isEmpty()) {
            throw new IllegalStateException("the shipped catalog is broken: " + problems.inOrder());
        }
        return Catalog.of(models.entrySet().stream().flatMap(ShippedCatalog::model).toList());
    }

    /** Checks that a price has a source. Only a free model has none. */
    private static Model withSource(Model model) {
        if (model.price().source().isEmpty() && !model.price().isFree()) {
            throw new IllegalStateException(
                    "the shipped catalog is broken: the price of "
                            + model.name()
                            + " needs source and as_of");
        }
        return model;
    }

    private static Stream<Model> model(Map.Entry<String, ModelOverlay> entry) {
        return entry.getValue().asNew(entry.getKey()).map(ShippedCatalog::withSource).stream();
    }

    private static String text() {
        try (var in = ShippedCatalog.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
