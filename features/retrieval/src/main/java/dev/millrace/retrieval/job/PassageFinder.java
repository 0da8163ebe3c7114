package dev.millrace.retrieval.job;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.retrieval.OnEmpty;
import dev.millrace.contracts.retrieval.RetrievalOptions;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.embedding.EmbeddingException;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.retrieval.prompt.PromptBody;
import dev.millrace.retrieval.prompt.PromptException;
import dev.millrace.retrieval.prompt.SourceList;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the passages of one job, and adds them to its prompt. Belongs to one thread. */
public final class PassageFinder {
    private static final Logger LOG = LoggerFactory.getLogger(PassageFinder.class);

    /** Passages of remembered searches, together about 10 MiB. */
    private static final int CACHED_PASSAGES = 5_000;

    private final Documents documents;
    private final int maxRequestBytes;
    private final LongSupplier nanoTicker;
    private final RetrievalMetrics metrics;
    private final SearchCache cache = new SearchCache(CACHED_PASSAGES);

    /**
     * @param maxRequestBytes longest line with its passages
     */
    public PassageFinder(
            Documents documents,
            int maxRequestBytes,
            LongSupplier nanoTicker,
            RetrievalMetrics metrics) {
        this.documents = documents;
        this.maxRequestBytes = maxRequestBytes;
        this.nanoTicker = nanoTicker;
        this.metrics = metrics;
    }

    /** Ends the job with an error. The message is a sentence for the user. */
    private static final class Refused extends Exception {
        Refused(String message) {
            super(message);
        }
    }

    /**
     * Returns the job with its passages, or with the reason why it gets none.
     *
     * @throws IOException if the index cannot be read
     */
    RetrievedJob find(LookupJob job) throws IOException {
        var headers = new RecordHeaders(job.headers());
        MillraceHeaders.put(headers, MillraceHeaders.RETRIEVAL_OFFSET, job.offset());
        return new RetrievedJob(job, findOrRefuse(job.value(), headers), headers);
    }

    /** Returns the question of a job that will be searched; empty if it is refused before. */
    Optional<SearchText> question(LookupJob job) throws IOException {
        try {
            if (!(RequestParser.parse(job.value())
                            instanceof ParseResult.Accepted(RequestLine line))
                    || line.options().retrieval() == null) {
                return Optional.empty();
            }
            String tenant = tenant(job.headers());
            var _ = collection(new CollectionId(tenant, line.options().retrieval().collection()));
            return Optional.of(
                    new SearchText(
                            tenant,
                            SubmissionHeaders.read(job.headers()).apiKey(),
                            PromptBody.of(line).question()));
        } catch (Refused | PromptException | RuntimeException _) {
            // Reported when the job is answered.
            return Optional.empty();
        }
    }

    private byte[] findOrRefuse(byte[] value, RecordHeaders headers) throws IOException {
        try {
            // Any other line is refused by the router, which reads it again.
            return RequestParser.parse(value) instanceof ParseResult.Accepted(RequestLine line)
                            && line.options().retrieval() != null
                    ? find(line, line.options().retrieval(), headers)
                    : value;
        } catch (Refused | PromptException e) {
            refuse(ErrorCode.VALIDATION_ERROR.code(), String.valueOf(e.getMessage()), headers);
        } catch (EmbeddingException e) {
            refuse(e.code(), String.valueOf(e.getMessage()), headers);
        } catch (RuntimeException e) {
            // Ends only this job, since a retry of the loop would fail again.
            LOG.atError().setCause(e).log("Cannot add passages to a prompt");
            refuse(ErrorCode.INTERNAL_ERROR.code(), "internal error of Millrace: " + e, headers);
        }
        return value;
    }

    private void refuse(String code, String message, RecordHeaders headers) {
        metrics.onRefused();
        MillraceHeaders.put(headers, MillraceHeaders.RETRIEVAL_ERROR, code + ' ' + message);
    }

    private byte[] find(RequestLine line, RetrievalOptions options, RecordHeaders headers)
            throws IOException, Refused, PromptException {
        var id = new CollectionId(tenant(headers), options.collection());
        OpenCollection collection = collection(id);
        PromptBody prompt = PromptBody.of(line);
        var query =
                new PassageQuery(
                        prompt.question(), options.topK(), options.filter(), SearchMode.BOTH);
        var sources =
                new SourceList(
                        options.collection(), hits(id, collection, query), options.onEmpty());
        OnEmpty next = sources.hits().isEmpty() ? options.onEmpty() : new OnEmpty.Call();
        byte[] value =
                switch (next) {
                    case OnEmpty.Call _ -> prompt.with(sources, options.place(), maxRequestBytes);
                    case OnEmpty.Answer(String text) -> {
                        MillraceHeaders.put(headers, MillraceHeaders.RETRIEVAL_ANSWER, text);
                        yield line.bytes();
                    }
                    case OnEmpty.Fail _ -> throw nothingFound(options);
                };
        if (value.length > maxRequestBytes) {
            throw new Refused(
                    String.format(
                            Locale.ROOT,
                            "the line has %,d bytes with its passages, more than"
                                    + " topics.max_request_bytes = %,d",
                            value.length,
                            maxRequestBytes));
        }
        MillraceHeaders.put(headers, MillraceHeaders.PASSAGES, sources.note());
        metrics.onPassages(sources.hits().size());
        return value;
    }

    private static Refused nothingFound(RetrievalOptions options) {
        String filter =
                new TreeMap<>(options.filter())
                        .entrySet().stream()
                                .map(it -> it.getKey() + "=" + it.getValue())
                                .collect(Collectors.joining(", "));
        return new Refused(
                "no passage of collection \""
                        + options.collection()
                        + "\" was found"
                        + (filter.isEmpty() ? "" : " with the filter " + filter)
                        + "; change the question or the filter, or set on_empty");
    }

    private OpenCollection collection(CollectionId id) throws IOException, Refused {
        @Nullable OpenCollection found = null;
        boolean hasPassages;
        try {
            found = documents.find(id).orElse(null);
            hasPassages = found != null && found.passages() > 0;
        } catch (IllegalStateException e) {
            throw unavailable(e);
        }
        if (found == null || !hasPassages) {
            throw new Refused(
                    "tenant \""
                            + id.tenant()
                            + "\" has no documents in collection \""
                            + id.name()
                            + "\"; \"millrace documents add\" adds some, to at most "
                            + DocumentLibrary.MAX_COLLECTIONS_OF_TENANT
                            + " collections of a tenant");
        }
        return found;
    }

    private List<PassageHit> hits(CollectionId id, OpenCollection collection, PassageQuery query)
            throws IOException {
        // Read before the search: a change during the search makes the result invalid later.
        Object version = collection.version();
        Optional<List<PassageHit>> cached = cache.get(id, query, version);
        if (cached.isPresent()) {
            metrics.onCached();
            return cached.get();
        }
        long start = nanoTicker.getAsLong();
        List<PassageHit> hits = search(collection, query);
        metrics.onSearch(Duration.ofNanos(nanoTicker.getAsLong() - start));
        cache.put(id, query, version, hits);
        return hits;
    }

    private static List<PassageHit> search(OpenCollection collection, PassageQuery query)
            throws IOException {
        try {
            return collection.search(query);
        } catch (IllegalStateException e) {
            throw unavailable(e);
        }
    }

    /**
     * Converts the failure of a closed or broken index or model, which must not end jobs. Any other
     * exception is caused by the question, and would occur again.
     */
    private static IOException unavailable(IllegalStateException failure) {
        return new IOException("cannot search: " + failure, failure);
    }

    private static String tenant(Headers headers) throws Refused {
        return MillraceHeaders.text(headers, MillraceHeaders.TENANT)
                .orElseThrow(() -> new Refused("the job has no tenant"));
    }
}
