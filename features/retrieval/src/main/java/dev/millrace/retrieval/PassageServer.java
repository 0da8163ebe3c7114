package dev.millrace.retrieval;

import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.retrieval.catalog.DocumentEmbedding;
import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.retrieval.embedding.ParallelEmbedder;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.follow.DocumentFollower;
import dev.millrace.retrieval.follow.DocumentMetrics;
import dev.millrace.retrieval.job.PassageFinder;
import dev.millrace.retrieval.job.RetrievalLoop;
import dev.millrace.retrieval.job.RetrievalMetrics;
import dev.millrace.retrieval.kafka.KafkaDocumentLog;
import dev.millrace.retrieval.kafka.KafkaWaitingJobs;
import dev.millrace.retrieval.kafka.RetrievalClients;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.similarity.chunk.ChunkSizes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Adds passages to jobs, on the thread that calls {@link #serve}, and indexes documents on another
 * thread. Loads neither the index nor the model before there is a document.
 */
final class PassageServer implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(500);

    /** Wait for jobs while the loop holds some until documents are indexed. */
    private static final Duration HELD_WAIT = Duration.ofMillis(20);

    private final RetrievalSettings settings;
    private final RetrievalClients clients;
    private final RetrievalMetrics metrics;
    private final LocalEmbedder model = new LocalEmbedder();
    private final ParallelEmbedder embedder;
    private final Optional<CatalogEmbeddings> catalog;
    private final Optional<DocumentEmbedding> embedding;
    private final DocumentFollower follower;

    PassageServer(
            RetrievalSettings settings,
            RetrievalClients clients,
            RetrievalMetrics metrics,
            DocumentMetrics documentMetrics) {
        this.settings = settings;
        this.clients = clients;
        this.metrics = metrics;
        embedder = new ParallelEmbedder(model, settings.embeddingThreads());
        catalog = settings.config().retrieval().model().map(it -> catalog(clients, it, settings));
        Optional<CatalogEmbeddings> paid = catalog;
        RetrievalConfig.Chunk chunk = settings.config().retrieval().chunk();
        follower =
                new DocumentFollower(
                        new DocumentFollower.Settings(
                                settings.index(),
                                new ChunkSizes(chunk.tokens(), chunk.overlap()),
                                DocumentLibrary.MAX_AGE,
                                () ->
                                        paid.isPresent()
                                                ? paid.get().documents()
                                                : KafkaDocumentLog.open(clients),
                                paid.<TextEmbedder>map(CatalogEmbeddings::embedder)
                                        .orElse(embedder),
                                settings.clock(),
                                settings.nanoTicker()),
                        documentMetrics);
        var indexed = new FollowedVectors(follower);
        embedding = catalog.map(it -> it.documentEmbedding(indexed));
    }

    private static CatalogEmbeddings catalog(
            RetrievalClients clients, String model, RetrievalSettings settings) {
        return new CatalogEmbeddings(
                clients,
                model,
                new CatalogEmbeddings.Settings(
                        settings.config(),
                        settings.meters(),
                        settings.clock(),
                        settings.nanoTicker(),
                        new SplittableRandom()));
    }

    private void startIndexing() {
        embedding.ifPresent(DocumentEmbedding::start);
        follower.start();
    }

    /**
     * Gives jobs their passages, until something fails.
     *
     * @param isOpen returns false to end
     * @param health receives the health of the server after each step
     */
    void serve(BooleanSupplier isOpen, Consumer<Health> health) throws IOException {
        try (var jobs = KafkaWaitingJobs.open(clients, settings.nanoTicker());
                var questions = new OpenQuestions(catalog)) {
            var documents =
                    new IndexedDocuments(
                            jobs::documentEnds,
                            follower,
                            this::startIndexing,
                            settings.nanoTicker());
            int maxBytes = settings.config().topics().maxRequestBytes();
            var finder = new PassageFinder(documents, maxBytes, settings.nanoTicker(), metrics);
            var loop = new RetrievalLoop(jobs, documents, finder, questions.embeddings(), metrics);
            while (isOpen.getAsBoolean()) {
                documents.startIfThereAreAny();
                health.accept(health(loop.held()));
                loop.runOnce(loop.held() == 0 ? POLL_WAIT : HELD_WAIT);
            }
        }
    }

    private Health health(int held) {
        return follower.problem()
                .or(() -> embedding.flatMap(DocumentEmbedding::problem))
                .map(Health::waiting)
                .orElseGet(
                        () ->
                                Health.ready(
                                        held > 0
                                                ? "jobs wait until documents are indexed"
                                                : "running"));
    }

    /** Stops embedding passages, so that the indexing ends soon. Any thread may call. */
    void stopEmbedding() {
        embedder.close();
    }

    /** Stops indexing. {@link #serve} must have ended. */
    @Override
    public void close() {
        stopEmbedding();
        embedding.ifPresent(DocumentEmbedding::close);
        follower.close();
        model.close();
    }
}
