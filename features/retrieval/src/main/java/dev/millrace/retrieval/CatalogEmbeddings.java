package dev.millrace.retrieval;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.retrieval.catalog.CatalogEmbedder;
import dev.millrace.retrieval.catalog.DocumentEmbedding;
import dev.millrace.retrieval.catalog.EmbeddingLoop;
import dev.millrace.retrieval.catalog.EmbeddingMetrics;
import dev.millrace.retrieval.catalog.EmbeddingTopics;
import dev.millrace.retrieval.catalog.IndexedVectors;
import dev.millrace.retrieval.catalog.QuestionJobs;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.embedding.PassageTokens;
import dev.millrace.retrieval.follow.DocumentLog;
import dev.millrace.retrieval.kafka.KafkaDocumentLog;
import dev.millrace.retrieval.kafka.KafkaEmbeddingTopics;
import dev.millrace.retrieval.kafka.KafkaQuestionJobs;
import dev.millrace.retrieval.kafka.KafkaVectorLog;
import dev.millrace.retrieval.kafka.RetrievalClients;
import dev.millrace.retrieval.vector.JoinedDocumentLog;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry;
import dev.millrace.retrieval.vector.VectorEntry.Failure;
import dev.millrace.retrieval.vector.VectorRecord;
import dev.millrace.retrieval.vector.VectorSpace;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Creates the objects for embeddings by a model of the catalog. Opens and loads nothing before its
 * first use.
 */
public final class CatalogEmbeddings {
    private static final Duration READ_WAIT = Duration.ofMillis(100);

    private final RetrievalClients clients;
    private final Settings settings;
    private final String model;
    private final PassageTokens tokens = new PassageTokens();
    private final EmbeddingMetrics metrics;
    private final CatalogEmbedder embedder;

    /**
     * The settings of the embeddings.
     *
     * @param random for ids of jobs; used by the thread of the jobs only
     */
    public record Settings(
            MillraceConfig config,
            MeterRegistry meters,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random) {}

    /**
     * @param model name of a model of the catalog
     */
    public CatalogEmbeddings(RetrievalClients clients, String model, Settings settings) {
        this.clients = clients;
        this.model = model;
        this.settings = settings;
        metrics = new EmbeddingMetrics(settings.meters());
        embedder =
                new CatalogEmbedder(
                        new CatalogEmbedder.Settings(
                                model,
                                tokens::count,
                                PassageTokens.MAX_TOKENS,
                                settings.clock(),
                                settings.nanoTicker(),
                                settings.random()),
                        metrics);
    }

    /** Returns the embedder of questions. */
    public CatalogEmbedder embedder() {
        return embedder;
    }

    /** Opens the topics of jobs that embed questions. */
    public QuestionJobs questions() {
        return new KafkaQuestionJobs(
                clients, settings.config()::requestTopicOf, settings.clock(), settings.random());
    }

    private VectorSpace space(String documents, String vectors) {
        RetrievalConfig.Chunk chunk = settings.config().retrieval().chunk();
        return VectorSpace.of(documents, vectors, model, chunk.tokens(), chunk.overlap());
    }

    /** Opens the documents with their vectors. */
    public DocumentLog documents() {
        KafkaDocumentLog documents = KafkaDocumentLog.open(clients);
        KafkaVectorLog vectors;
        try {
            vectors = KafkaVectorLog.open(clients);
        } catch (RuntimeException e) {
            documents.close();
            throw e;
        }
        return new JoinedDocumentLog(
                documents, vectors, space(documents.source(), vectors.source()));
    }

    /** Returns why documents have no vectors, by document. */
    public Map<DocumentKey, Failure> failures() {
        var failures = new HashMap<DocumentKey, Failure>();
        try (KafkaVectorLog log = KafkaVectorLog.open(clients)) {
            VectorSpace space = source().space();
            log.seek(Map.of());
            Map<Integer, Long> ends = log.ends();
            while (!log.positions().entrySet().stream()
                    .allMatch(it -> it.getValue() >= ends.getOrDefault(it.getKey(), 0L))) {
                log.poll(ends.keySet(), READ_WAIT).forEach(it -> read(space, it, failures));
            }
        }
        return failures;
    }

    private static void read(
            VectorSpace space, VectorRecord entry, Map<DocumentKey, Failure> failures) {
        Optional<DocumentKey> document =
                Optional.ofNullable(entry.key())
                        .flatMap(it -> VectorCodec.failedDocument(space, it))
                        .flatMap(DocumentKey::parse);
        if (document.isEmpty()) {
            return;
        }
        Optional<VectorEntry> value = VectorCodec.parse(space, entry.key(), entry.value());
        if (value.isPresent() && value.get() instanceof Failure failure) {
            failures.put(document.get(), failure);
        } else {
            failures.remove(document.get());
        }
    }

    /** Returns the thread that embeds the documents of the partitions of this process. */
    DocumentEmbedding documentEmbedding(IndexedVectors indexed) {
        return new DocumentEmbedding(this::topics, it -> loop(it, indexed));
    }

    private EmbeddingTopics topics() {
        return KafkaEmbeddingTopics.open(
                clients, source(), settings.config()::requestTopicOf, settings.clock());
    }

    private KafkaEmbeddingTopics.Source source() {
        String documents = KafkaDocumentLog.source(clients, clients.documentTopic());
        String vectors = KafkaDocumentLog.source(clients, clients.vectorTopic());
        return new KafkaEmbeddingTopics.Source(documents, vectors, space(documents, vectors));
    }

    private EmbeddingLoop loop(EmbeddingTopics topics, IndexedVectors indexed) {
        RetrievalConfig.Chunk chunk = settings.config().retrieval().chunk();
        return new EmbeddingLoop(
                topics,
                indexed,
                new EmbeddingLoop.Settings(
                        model,
                        new Chunker(new ChunkSizes(chunk.tokens(), chunk.overlap()), tokens::count),
                        settings.clock(),
                        settings.nanoTicker()),
                metrics);
    }
}
