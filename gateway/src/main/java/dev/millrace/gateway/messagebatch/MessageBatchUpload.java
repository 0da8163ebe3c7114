package dev.millrace.gateway.messagebatch;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.gateway.answer.ProviderHeaders;
import dev.millrace.gateway.batch.CreateRequest;
import dev.millrace.gateway.batch.PermittedModels;
import dev.millrace.gateway.file.FileRecord;
import dev.millrace.gateway.file.RefusedUploadException;
import dev.millrace.gateway.file.Upload;
import dev.millrace.gateway.file.UploadSlots;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HeldInput;
import dev.millrace.gateway.repeat.BodyDigest;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.submission.LineCheck;
import dev.millrace.gateway.submission.Submission.Spending;
import io.helidon.http.HeaderValues;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Stores the requests of a message batch as a file, like the uploads of OpenAI's clients. The
 * limits are Anthropic's or the configured ones of files, whichever are lower. Thread-safe.
 */
final class MessageBatchUpload {
    private static final long MAX_REQUESTS = 100_000;
    private static final long MAX_BYTES = 256L << 20;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Duration WINDOW = Duration.ofHours(24);

    private final UploadedFiles files;
    private final UploadSlots slots;
    private final RequestsReader.Limits limits;
    private final InstantSource clock;

    /**
     * @param slots shared by all routes that receive files
     * @param maxRequestBytes maximum size of a request
     */
    MessageBatchUpload(
            UploadedFiles files, UploadSlots slots, int maxRequestBytes, InstantSource clock) {
        this.files = files;
        this.slots = slots;
        this.clock = clock;
        limits =
                new RequestsReader.Limits(
                        Math.min(MAX_REQUESTS, files.maxLines()),
                        Math.min(MAX_BYTES, files.maxBytes()),
                        maxRequestBytes);
    }

    /**
     * Receives the body of a request. Stores nothing of a refused body, and does not read the rest
     * of it: its connection is closed.
     *
     * @return the input for creating the batch
     */
    Received receive(Exchange exchange) throws IOException {
        slots.acquire(exchange);
        try {
            return store(exchange);
        } catch (RefusedUploadException e) {
            exchange.response().header(HeaderValues.CONNECTION_CLOSE);
            throw e.toApiError();
        } catch (StorageException | ApiError e) {
            exchange.response().header(HeaderValues.CONNECTION_CLOSE);
            throw e;
        } finally {
            slots.release(exchange.caller().tenant());
        }
    }

    /**
     * A received request.
     *
     * @param digest digest of the body and its headers
     */
    record Received(CreateRequest request, String digest) {}

    private Received store(Exchange exchange) throws IOException {
        Caller caller = exchange.caller();
        var headers = ProviderHeaders.of(exchange, Endpoint.MESSAGES);
        var digest = new BodyDigest("messages/batches");
        digest.add(ProviderHeader.identity(headers));
        try (Upload upload = files.begin(caller.tenant())) {
            HeldInput body = exchange.held(digest.reading(exchange.jsonInput()));
            OutputStream lines = new BufferedOutputStream(upload.out(), BUFFER_BYTES);
            Spending spending =
                    new RequestsReader(
                                    limits,
                                    check(caller),
                                    new PermittedModels(caller),
                                    headers,
                                    lines)
                            .read(body, body::free);
            lines.flush();
            FileRecord file = upload.complete("message-batch.jsonl", "batch", Optional.empty());
            slots.onReceived(file.bytes());
            return new Received(CreateRequest.messages(file.id(), spending), digest.end());
        }
    }

    /** Assumes the longest text of an expiry: the batch will be created a little later. */
    private LineCheck check(Caller caller) {
        return new LineCheck(
                new LineCheck.Rules(
                        caller.tenant(),
                        Endpoint.MESSAGES,
                        clock.instant().plus(WINDOW).truncatedTo(ChronoUnit.SECONDS).plusNanos(1),
                        limits.requestBytes()));
    }
}
