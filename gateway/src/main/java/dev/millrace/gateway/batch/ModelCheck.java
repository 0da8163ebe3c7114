package dev.millrace.gateway.batch;

import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.LongTasks;
import dev.millrace.gateway.tenant.TenantSlots;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Checks that a caller may name the models of a file, before its batch is accepted. Reads the file
 * only for callers with a list of models.
 *
 * @param maxLineBytes maximum size of a line
 */
record ModelCheck(UploadedFiles files, int maxLineBytes, LongTasks tasks) {
    private static final int MAX = 4;
    private static final int MAX_OF_TENANT = 2;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    ModelCheck(UploadedFiles files, int maxLineBytes) {
        this(files, maxLineBytes, new TenantSlots(MAX, MAX_OF_TENANT));
    }

    ModelCheck(UploadedFiles files, int maxLineBytes, TenantSlots slots) {
        this(
                files,
                maxLineBytes,
                new LongTasks("millrace-models", slots, Duration.ZERO, ModelCheck::refusal));
    }

    private static ApiError refusal() {
        return ApiError.of(
                        ErrorKind.RATE_LIMITED,
                        "too_many_checks",
                        "the gateway checks the models of at most %d files at once, %d of a tenant"
                                .formatted(MAX, MAX_OF_TENANT))
                .retryAfter(RETRY_AFTER);
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
        boolean _ =
                tasks.compute(
                        caller.tenant(),
                        () -> {
                            read(caller.tenant(), file, permitted);
                            return true;
                        });
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
