package dev.millrace.bench.retrieval;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.retrieval.embedding.ParallelEmbedder;
import dev.millrace.retrieval.follow.DocumentIndexer;
import dev.millrace.retrieval.follow.DocumentMetrics;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.semantic.chunk.ChunkSizes;
import dev.millrace.semantic.chunk.Chunker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The indexes of a service, with the service's code, without a cluster. Used by one thread. */
final class MeasuredLibrary implements AutoCloseable {
    /** As a request without {@code top_k}. */
    private static final int TOP_K = 5;

    private static final int OVERLAP_DIVISOR = 10;
    private static final Duration MAX_AGE = Duration.ofDays(6);

    /** Documents whose passages are counted, so that counting costs nothing. */
    private static final int SAMPLED_DOCUMENTS = 20;

    private final PassagePlan plan;
    private final TopicText text;
    private final LocalEmbedder model = new LocalEmbedder();
    private final ParallelEmbedder parallel;
    private final MeteredEmbedder embedder;
    private final GeneratedDocuments documents;
    private final DocumentLibrary library;
    private final DocumentIndexer indexer;

    /**
     * Opens the indexes in a folder.
     *
     * @param threads most passages that are embedded at once
     */
    MeasuredLibrary(Path folder, PassagePlan plan, int threads) throws IOException {
        this.plan = plan;
        text = TopicText.load();
        parallel = new ParallelEmbedder(model, threads);
        embedder = new MeteredEmbedder(parallel);
        documents = new GeneratedDocuments(text, plan);
        var sizes = new ChunkSizes(plan.maxTokens(), plan.maxTokens() / OVERLAP_DIVISOR);
        library =
                DocumentLibrary.open(
                        folder,
                        documents.source(),
                        new Chunker(sizes, embedder::tokens),
                        embedder,
                        InstantSource.system().instant(),
                        MAX_AGE);
        indexer =
                new DocumentIndexer(
                        documents,
                        library,
                        InstantSource.system(),
                        System::nanoTime,
                        new DocumentMetrics(new SimpleMeterRegistry()));
    }

    /** Indexes the documents that are not indexed yet. */
    IndexTimes index() throws IOException {
        long begin = System.nanoTime();
        while (!documents.isAtEnd()) {
            indexer.runOnce(Duration.ZERO);
        }
        indexer.flush();
        int passages = collection().passages();
        long nanos = System.nanoTime() - begin;
        return new IndexTimes(
                passages, meanTokens(), nanos, embedder.embeddingNanos(), embedder.countingNanos());
    }

    private double meanTokens() {
        int sampled = Math.min(SAMPLED_DOCUMENTS, plan.documents());
        long tokens = 0;
        long paragraphs = 0;
        for (int i = 0; i < sampled; i++) {
            String document = text.document(i, plan.paragraphs(i), plan.sentencesOfAParagraph());
            for (String it : document.split("\n\n", -1)) {
                tokens += model.tokens(it);
                paragraphs++;
            }
        }
        return (double) tokens / paragraphs;
    }

    private OpenCollection collection() {
        return library.find(GeneratedDocuments.COLLECTION).orElseThrow();
    }

    /** Measures searches, a different question each, after as many that do not count. */
    SearchTimes search(int times) throws IOException {
        var random = new SplittableRandom(times);
        search(times, random);
        return search(times, random);
    }

    private SearchTimes search(int times, SplittableRandom random) throws IOException {
        var nanos = new EnumMap<SearchWay, long[]>(SearchWay.class);
        int found = 0;
        for (int i = 0; i < times; i++) {
            for (SearchWay way : SearchWay.values()) {
                int document = random.nextInt(plan.documents());
                String question = text.question(document, random);
                if (!way.embeds()) {
                    embedder.learn(question);
                }
                long begin = System.nanoTime();
                List<PassageHit> hits = search(way, question);
                nanos.computeIfAbsent(way, _ -> new long[times])[i] = System.nanoTime() - begin;
                if (way == SearchWay.BOTH_WITH_EMBEDDING) {
                    found += contains(hits, document) ? 1 : 0;
                }
            }
        }
        var millis = new EnumMap<SearchWay, LatencyPercentiles>(SearchWay.class);
        nanos.forEach((way, all) -> millis.put(way, LatencyPercentiles.of(all)));
        return new SearchTimes(millis, (double) found / times);
    }

    private List<PassageHit> search(SearchWay way, String question) throws IOException {
        if (way == SearchWay.EMBEDDING) {
            embedder.learn(question);
            return List.of();
        }
        return collection().search(new PassageQuery(question, TOP_K, Map.of(), way.mode()));
    }

    private static boolean contains(List<PassageHit> hits, int document) {
        return hits.stream().anyMatch(it -> it.document().equals(GeneratedDocuments.id(document)));
    }

    @Override
    public void close() throws IOException {
        library.close();
        parallel.close();
        model.close();
    }
}
