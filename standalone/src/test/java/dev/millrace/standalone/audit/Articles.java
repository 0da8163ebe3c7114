package dev.millrace.standalone.audit;

import dev.millrace.configuration.loading.CatalogReader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.standalone.option.PolicyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The models, prices and policy of the example catalog, which stay as they are. */
final class Articles {
    private static final Path FILE = Path.of("..", "examples", "articles.yaml");

    /** The models of the file in its order, and two shipped models of embeddings. */
    private static final List<String> NAMES =
            List.of(
                    "gpt-4.1",
                    "claude-sonnet-4.5",
                    "claude-opus-4",
                    "gemini-2.5-flash",
                    "gemini-3.1-pro",
                    "deepseek-v3.2",
                    "qwen-turbo",
                    "text-embedding-3-small",
                    "text-embedding-3-large");

    static final Catalog CATALOG = catalog();
    static final Policy POLICY = policy();

    private Articles() {}

    private static Catalog catalog() {
        var read = CatalogReader.load(FILE, Map.of());
        return Catalog.of(NAMES.stream().map(it -> read.find(it).orElseThrow()).toList());
    }

    private static Policy policy() {
        try {
            var policies = PolicyFile.parse("articles.yaml", Files.readString(FILE), CATALOG);
            return Objects.requireNonNull(policies.get("default"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
