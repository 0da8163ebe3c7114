package dev.millrace.standalone.document;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.retrieval.CatalogEmbeddings;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.vector.VectorEntry.Failure;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace documents list}: lists documents. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists the documents, or those of one tenant or collection.")
final class DocumentsListCommand implements Callable<Integer> {
    @Option(names = "--collection", paramLabel = "NAME", description = "Only this collection.")
    private @Nullable String collection;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Only this tenant.")
    private @Nullable String tenant;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object per document.")
    private boolean asJson;

    /** The part of a document that is kept while the topic is read. */
    private record Listed(@Nullable String title, Map<String, String> metadata, int characters) {}

    DocumentsListCommand() {}

    @Override
    public Integer call() {
        var topic = new DocumentTopic(clusterOptions.client(), clusterOptions.topics());
        var found =
                new TreeMap<DocumentKey, Listed>(
                        Comparator.comparing((DocumentKey it) -> it.in().tenant())
                                .thenComparing(it -> it.in().name())
                                .thenComparing(DocumentKey::id));
        topic.readAll((key, document) -> onRecord(key, document, found));
        Map<DocumentKey, Failure> failures =
                clusterOptions
                        .config()
                        .flatMap(
                                it ->
                                        topic.embeddings(
                                                it, InstantSource.system(), System::nanoTime))
                        .map(CatalogEmbeddings::failures)
                        .orElseGet(Map::of);
        var out = Terminal.system().out();
        found.forEach(
                (key, listed) -> {
                    @Nullable Failure failure = failures.get(key);
                    out.println(asJson ? json(key, listed, failure) : text(key, listed, failure));
                });
        if (found.isEmpty() && !asJson) {
            out.println("no documents");
        }
        return ExitCode.OK;
    }

    private void onRecord(
            DocumentKey key, @Nullable StoredDocument document, Map<DocumentKey, Listed> found) {
        if ((tenant != null && !key.in().tenant().equals(tenant))
                || (collection != null && !key.in().name().equals(collection))) {
            return;
        }
        if (document == null) {
            found.remove(key);
        } else {
            found.put(
                    key,
                    new Listed(document.title(), document.metadata(), document.text().length()));
        }
    }

    private static String text(DocumentKey key, Listed listed, @Nullable Failure failure) {
        return "%s  %s  %s  \"%s\"  %,d characters%s%s"
                .formatted(
                        key.in().tenant(),
                        key.in().name(),
                        key.id(),
                        listed.title() == null ? "" : listed.title(),
                        listed.characters(),
                        listed.metadata().isEmpty() ? "" : "  " + new TreeMap<>(listed.metadata()),
                        failure == null
                                ? ""
                                : "  no embeddings: %s: %s"
                                        .formatted(failure.code(), failure.message()));
    }

    private static String json(DocumentKey key, Listed listed, @Nullable Failure failure) {
        var metadata = new StringBuilder();
        new TreeMap<>(listed.metadata())
                .forEach(
                        (name, value) ->
                                metadata.append(metadata.isEmpty() ? "" : ",")
                                        .append(JsonBytes.quoted(name))
                                        .append(':')
                                        .append(JsonBytes.quoted(value)));
        return "{\"tenant\":%s,\"collection\":%s,\"document\":%s,\"title\":%s,\"characters\":%d,\"metadata\":{%s}%s}"
                .formatted(
                        JsonBytes.quoted(key.in().tenant()),
                        JsonBytes.quoted(key.in().name()),
                        JsonBytes.quoted(key.id()),
                        listed.title() == null ? "null" : JsonBytes.quoted(listed.title()),
                        listed.characters(),
                        metadata,
                        failure == null
                                ? ""
                                : ",\"embedding_error\":{\"code\":%s,\"message\":%s}"
                                        .formatted(
                                                JsonBytes.quoted(failure.code()),
                                                JsonBytes.quoted(failure.message())));
    }
}
