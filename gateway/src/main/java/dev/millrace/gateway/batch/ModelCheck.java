package dev.millrace.gateway.batch;

import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.Caller;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Checks that a caller may name the models of a file, before its batch is accepted. Reads the file
 * only for callers with a list of models.
 *
 * @param maxLineBytes maximum size of a line
 */
record ModelCheck(UploadedFiles files, int maxLineBytes) {
    /**
     * Checks a file. Leaves unreadable lines to the validation of the batch.
     *
     * @throws dev.millrace.gateway.http.ApiError naming the first line with a model that the caller
     *     may not name
     */
    void check(Caller caller, String file) throws IOException {
        var permitted = new PermittedModels(caller);
        if (permitted.isAny()) {
            return;
        }
        Optional<InputStream> content = files.open(caller.tenant(), file);
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
