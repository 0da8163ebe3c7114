package dev.millrace.standalone.document;

import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.retrieval.RetrievalOptions;
import dev.millrace.retrieval.CatalogEmbeddings;
import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.retrieval.embedding.ParallelEmbedder;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace documents search}: shows the passages found by a query. */
@Command(
        name = "search",
        sortOptions = false,
        description = "Shows the passages that a query finds, best first.")
final class DocumentsSearchCommand implements Callable<Integer> {
    private static final int SHOWN_CHARS = 200;

    @Parameters(paramLabel = "QUERY", description = "What to search for.")
    private String query = "";

    @Mixin private CollectionOptions collectionOptions = new CollectionOptions();

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "Passages to show, 1 to 50; default: 5.")
    private int topK = RetrievalOptions.DEFAULT_TOP_K;

    @Option(
            names = "--filter",
            paramLabel = "KEY=VALUE",
            description = "Only documents with this metadata; repeatable.")
    private Map<String, String> filter = Map.of();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "words, vectors or both; default: both, as for jobs.")
    private String mode = "both";

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object per passage.")
    private boolean asJson;

    DocumentsSearchCommand() {}

    @Override
    public Integer call() throws IOException {
        var passageQuery = passageQuery();
        var collection = collectionOptions.id();
        RetrievalConfig config =
                clusterOptions.config().map(it -> it.retrieval()).orElse(RetrievalConfig.DEFAULT);
        var topic = new DocumentTopic(clusterOptions.client(), clusterOptions.topics());
        var clock = InstantSource.system();
        var catalog =
                clusterOptions
                        .config()
                        .flatMap(it -> topic.embeddings(it, clock, System::nanoTime));
        var terminal = Terminal.system();
        try (var model = new LocalEmbedder();
                var embedder =
                        new ParallelEmbedder(model, Runtime.getRuntime().availableProcessors())) {
            var search =
                    new DocumentSearch(
                            topic,
                            index(config),
                            config.chunk(),
                            catalog.<TextEmbedder>map(CatalogEmbeddings::embedder).orElse(embedder),
                            catalog,
                            clock,
                            System::nanoTime,
                            terminal::say);
            List<PassageHit> hits = search.search(collection, passageQuery);
            for (int i = 0; i < hits.size(); i++) {
                terminal.out()
                        .println(asJson ? json(i + 1, hits.get(i)) : text(i + 1, hits.get(i)));
            }
            if (hits.isEmpty() && !asJson) {
                terminal.out().println("no passages");
            }
        }
        return ExitCode.OK;
    }

    private Path index(RetrievalConfig config) {
        boolean isDefault = config.index().equals(RetrievalConfig.DEFAULT.index());
        return isDefault
                ? clusterOptions.dataDirectory().resolve("index")
                : Path.of(config.index());
    }

    private PassageQuery passageQuery() {
        if (query.isBlank()) {
            throw UserError.usage("QUERY must not be blank");
        }
        if (topK < 1 || topK > RetrievalOptions.MAX_TOP_K) {
            throw UserError.usage("--top-k: must be 1 to 50, was " + topK);
        }
        return new PassageQuery(query, topK, filter, mode());
    }

    private SearchMode mode() {
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "words" -> SearchMode.WORDS;
            case "vectors" -> SearchMode.VECTORS;
            case "both" -> SearchMode.BOTH;
            default -> throw UserError.usage("--mode: must be words, vectors or both, was " + mode);
        };
    }

    private static String text(int number, PassageHit hit) {
        String line = hit.text().replaceAll("\\s+", " ");
        return "[%d] %s  characters %d-%d  score %.4f%s%s%n    %s"
                .formatted(
                        number,
                        hit.id(),
                        hit.start(),
                        hit.end(),
                        hit.score(),
                        score("  bm25 %.2f", hit.bm25()),
                        score("  cosine %.3f", hit.cosine()),
                        line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "…");
    }

    private static String score(String form, OptionalDouble score) {
        return score.isPresent() ? form.formatted(score.getAsDouble()) : "";
    }

    private static String json(int number, PassageHit hit) {
        return "{\"n\":%d,\"document\":%s,\"passage\":%d,\"title\":%s,\"start\":%d,\"end\":%d,\"score\":%s,\"bm25\":%s,\"cosine\":%s,\"text\":%s}"
                .formatted(
                        number,
                        JsonBytes.quoted(hit.document()),
                        hit.number(),
                        hit.title() == null ? "null" : JsonBytes.quoted(hit.title()),
                        hit.start(),
                        hit.end(),
                        Double.toString(hit.score()),
                        jsonScore(hit.bm25()),
                        jsonScore(hit.cosine()),
                        JsonBytes.quoted(hit.text()));
    }

    private static String jsonScore(OptionalDouble score) {
        return score.isPresent() ? Double.toString(score.getAsDouble()) : "null";
    }
}
