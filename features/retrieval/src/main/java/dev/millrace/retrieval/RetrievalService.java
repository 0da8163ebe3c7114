package dev.millrace.retrieval;

import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.retrieval.follow.DocumentMetrics;
import dev.millrace.retrieval.job.RetrievalMetrics;
import dev.millrace.retrieval.kafka.RetrievalClients;
import dev.millrace.retrieval.kafka.RetrievalTopics;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running retrieval service. Until there is a document or a job that asks for passages, it only
 * checks for them. Afterwards, one thread adds passages to jobs, and another thread indexes
 * documents.
 */
public final class RetrievalService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RetrievalService.class);

    /** Time between two looks for a first document or job, and so the longest wait of that job. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private static final Duration RETRY_WAIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final RetrievalSettings settings;
    private final RetrievalClients clients;
    private final RetrievalMetrics metrics;
    private final DocumentMetrics documentMetrics;
    private final StoppableThread thread;
    private volatile @Nullable PassageServer server;
    private volatile Health health = Health.ready("starting");

    private RetrievalService(RetrievalSettings settings) {
        this.settings = settings;
        clients =
                new RetrievalClients(
                        settings.config().kafka().orElseThrow(),
                        settings.config().topics(),
                        settings.instance());
        metrics = new RetrievalMetrics(settings.meters());
        documentMetrics = new DocumentMetrics(settings.meters());
        thread = StoppableThread.of("millrace-retrieval", this::run);
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
            if (!thread.pause(settings.startDelay())) {
                return;
            }
            do {
                serve();
            } while (thread.pause(RETRY_WAIT));
            health = Health.stopped("closed");
        } catch (RuntimeException | Error e) {
            health = Health.stopped("internal error of the retrieval service: " + e);
            LOG.error("the retrieval service stops because of an internal error", e);
        }
    }

    /** Gives jobs their passages until the service is closed, or something fails. */
    private void serve() {
        try {
            @Nullable PassageServer serving = server;
            if (serving == null) {
                if (!awaitUse()) {
                    return;
                }
                serving = new PassageServer(settings, clients, metrics, documentMetrics);
                server = serving;
            }
            serving.serve(() -> thread.isOpen(), it -> health = it);
        } catch (IOException | KafkaException e) {
            onFailure(e);
        }
    }

    /**
     * Waits until there is a document or a job that asks for passages.
     *
     * @return false if the service is closed
     */
    private boolean awaitUse() {
        try (var topics = new RetrievalTopics(clients)) {
            while (!topics.areUsed()) {
                health = Health.ready("no documents yet");
                if (!thread.pause(LOOK_INTERVAL)) {
                    return false;
                }
            }
            return true;
        }
    }

    private void onFailure(Exception failure) {
        if (!thread.isOpen()) {
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
        thread.stop();
        @Nullable PassageServer serving = server;
        if (serving != null) {
            serving.stopEmbedding();
        }
        if (!thread.join(CLOSE_WAIT)) {
            LOG.warn("the retrieval service has not ended yet");
        }
        serving = server;
        if (serving != null) {
            serving.close();
        }
    }
}
