package dev.millrace.gateway.batch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes the lines of an output or error file from the results of a batch, one after another in
 * constant memory. Pure.
 *
 * @param isErrors true for the lines that failed
 * @param maxLineBytes maximum size of a result
 */
record ResultFilter(boolean isErrors, int maxLineBytes) {

    /** Copies the lines of the file from the results; returns their number. */
    long copy(InputStream results, OutputStream out) throws IOException {
        long copied = 0;
        var reader = new BatchFileReader(results, maxLineBytes);
        for (BatchLine line = reader.next(); line != null; line = reader.next()) {
            if (line.isOversize()) {
                throw new IOException("a result is larger than " + maxLineBytes + " bytes");
            }
            String code = ResultView.read(line.bytes()).errorCode();
            if ((code != null) == isErrors) {
                out.write(code == null ? line.bytes() : withBatchCode(line.bytes(), code));
                out.write('\n');
                copied++;
            }
        }
        return copied;
    }

    /**
     * Gives jobs that never ran the codes of the Batch API. {@code millrace.error_code} keeps the
     * code of the pipeline.
     */
    private static byte[] withBatchCode(byte[] line, String code) {
        if (code.equals(ErrorCode.DEADLINE_EXCEEDED.code())) {
            return withCode(line, "batch_expired");
        }
        return code.equals(ErrorCode.CANCELLED.code()) ? withCode(line, "batch_cancelled") : line;
    }

    private static byte[] withCode(byte[] line, String code) {
        return new JsonObjectEdit()
                .edit("error", new JsonObjectEdit().set("code", JsonBytes.quoted(code)))
                .apply(line, 0, line.length);
    }
}
