package dev.millrace.gateway.batch;

import dev.millrace.contracts.service.TenantSlots;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Checks that a caller may name the models of a file, before its batch is accepted. Reads the file
 * only for callers with a list of models, on a dedicated platform thread: on the virtual threads of
 * requests, two large files could hold up all other requests.
 *
 * @param maxLineBytes maximum size of a line
 * @param slots bounds the number of concurrent checks
 */
record ModelCheck(UploadedFiles files, int maxLineBytes, TenantSlots slots) {
    static final int MAX = 4;
    static final int MAX_OF_TENANT = 2;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    ModelCheck(UploadedFiles files, int maxLineBytes) {
        this(files, maxLineBytes, new TenantSlots(MAX, MAX_OF_TENANT));
    }

    /**
     * Checks a file. Leaves unreadable lines to the validation of the batch.
     *
     * @throws ApiError naming the first line with a model that the caller may not name, or with
     *     status 429 if too many files are being checked
     */
    void check(Caller caller, String file) throws IOException, InterruptedException {
        var permitted = new PermittedModels(caller);
        if (permitted.isAny()) {
            return;
        }
        if (!slots.tryAcquire(caller.tenant())) {
            throw ApiError.of(
                            ErrorKind.RATE_LIMITED,
                            "too_many_checks",
                            "the gateway checks the models of at most %d files at once, %d of a tenant"
                                    .formatted(MAX, MAX_OF_TENANT))
                    .retryAfter(RETRY_AFTER);
        }
        try {
            await(
                    new FutureTask<>(
                            () -> {
                                read(caller.tenant(), file, permitted);
                                return true;
                            }));
        } finally {
            slots.release(caller.tenant());
        }
    }

    private static void await(FutureTask<Boolean> task) throws IOException, InterruptedException {
        var thread = Thread.ofPlatform().daemon().name("millrace-models").start(task);
        try {
            var _ = task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            var _ = task.cancel(true);
            // The slot is free when nothing reads any more.
            thread.join();
        }
    }

    private void read(String tenant, String file, PermittedModels permitted) throws IOException {
        Optional<InputStream> content = files.open(tenant, file);
        if (content.isEmpty()) {
            return;
        }
        try (var lines = new BatchFileReader(content.get(), maxLineBytes)) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                permitted.require(line, "line " + line.number());
            }
        }
    }
}
