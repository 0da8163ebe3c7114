package dev.millrace.retrieval;

import dev.millrace.contracts.config.kafka.AccessFailure;
import dev.millrace.contracts.retrieval.RetrievalConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
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
import dev.millrace.semantic.chunk.ChunkSizes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running retrieval service. One thread adds passages to jobs, another one indexes documents.
 * Loads neither the index nor the model before there is a document.
 */
public final class RetrievalService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RetrievalService.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(500);

    /** Wait for jobs while the loop holds some until documents are indexed. */
    private static final Duration HELD_WAIT = Duration.ofMillis(20);

    private static final Duration RETRY_WAIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final RetrievalSettings settings;
    private final RetrievalClients clients;
    private final LocalEmbedder model = new LocalEmbedder();
    private final ParallelEmbedder embedder;
    private final Optional<CatalogEmbeddings> catalog;
    private final Optional<DocumentEmbedding> embedding;
    private final DocumentFollower follower;
    private final RetrievalMetrics metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile Health health = Health.ready("starting");

    private RetrievalService(RetrievalSettings settings) {
        this.settings = settings;
        clients =
                new RetrievalClients(
                        settings.config().kafka().orElseThrow(),
                        settings.config().topics(),
                        settings.instance());
        embedder = new ParallelEmbedder(model, settings.embeddingThreads());
        catalog = settings.config().retrieval().model().map(it -> catalog(clients, it, settings));
        Optional<CatalogEmbeddings> paid = catalog;
        RetrievalClients opened = clients;
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
                                                : KafkaDocumentLog.open(opened),
                                paid.<TextEmbedder>map(CatalogEmbeddings::embedder)
                                        .orElse(embedder),
                                settings.clock(),
                                settings.nanoTicker()),
                        new DocumentMetrics(settings.meters()));
        var indexed = new FollowedVectors(follower);
        embedding = catalog.map(it -> it.documentEmbedding(indexed));
        metrics = new RetrievalMetrics(settings.meters());
        thread = Thread.ofPlatform().name("millrace-retrieval").daemon().unstarted(this::run);
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
     * Starts the service. If the cluster does not respond or topics are missing, the service waits
     * and reports the reason in {@link #health}.
     */
    public static RetrievalService start(RetrievalSettings settings) {
        var service = new RetrievalService(settings);
        service.thread.start();
        return service;
    }

    private void run() {
        try {
            if (closed.await(settings.startDelay().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            do {
                serve();
            } while (!closed.await(RETRY_WAIT.toMillis(), TimeUnit.MILLISECONDS));
            health = Health.stopped("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            health = Health.stopped("interrupted");
        } catch (RuntimeException | Error e) {
            health = Health.stopped("internal error of the retrieval service: " + e);
            LOG.error("the retrieval service stops because of an internal error", e);
        }
    }

    /** Gives jobs their passages until the service is closed, or something fails. */
    private void serve() {
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
            var loop = new RetrievalLoop(jobs, documents, finder, questions.embeddings());
            while (closed.getCount() > 0) {
                documents.startIfThereAreAny();
                report(loop.held());
                loop.runOnce(loop.held() == 0 ? POLL_WAIT : HELD_WAIT);
            }
        } catch (IOException | KafkaException e) {
            onFailure(e);
        }
    }

    private void report(int held) {
        Optional<String> problem =
                follower.problem().or(() -> embedding.flatMap(DocumentEmbedding::problem));
        if (problem.isPresent()) {
            health = Health.waiting(problem.get());
        } else if (held > 0) {
            health = Health.ready("jobs wait until documents are indexed");
        } else {
            health = Health.ready("running");
        }
    }

    private void onFailure(Exception failure) {
        if (closed.getCount() == 0) {
            return;
        }
        String text =
                failure instanceof KafkaException kafka
                        ? AccessFailure.explain(kafka).orElse(String.valueOf(kafka.getMessage()))
                        : String.valueOf(failure.getMessage());
        if (!health.detail().equals(text)) {
            LOG.atWarn()
                    .addKeyValue("problem", text)
                    .log("Cannot give jobs their passages; will retry");
        }
        health = Health.waiting(text);
    }

    @Override
    public Health health() {
        return health;
    }

    /** Ends the current batch of jobs, and stops indexing. */
    @Override
    public void close() {
        closed.countDown();
        embedder.close();
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.warn("the retrieval service has not ended yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        embedding.ifPresent(DocumentEmbedding::close);
        follower.close();
        model.close();
    }
}
