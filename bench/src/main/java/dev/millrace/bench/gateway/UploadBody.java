package dev.millrace.bench.gateway;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** The file of a multipart body: equal lines of JSON. Read by one thread. */
final class UploadBody extends InputStream {
    private static final String BOUNDARY = "millrace-bench-boundary";
    static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private static final String HEAD =
            """
            --%1$s
            Content-Disposition: form-data; name="purpose"

            batch
            --%1$s
            Content-Disposition: form-data; name="file"; filename="bench.jsonl"
            Content-Type: application/jsonl

            """
                    .formatted(BOUNDARY)
                    .replace("\n", "\r\n");
    private static final String TAIL = "\r\n--" + BOUNDARY + "--\r\n";
    private static final int LINE_BYTES = 4_000;
    private static final byte[] LINE = line();

    private final long bytes;
    private final Runnable onHalf;
    private long position;

    private UploadBody(long bytes, Runnable onHalf) {
        this.bytes = bytes;
        this.onHalf = onHalf;
    }

    /**
     * Returns a whole body.
     *
     * @param bytes size of the file, 1 or more
     * @param onHalf runs on the reading thread when half of the file was read
     */
    static InputStream of(long bytes, Runnable onHalf) {
        return new SequenceInputStream(
                Collections.enumeration(
                        List.of(text(HEAD), new UploadBody(bytes, onHalf), text(TAIL))));
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] line() {
        String start =
                "{\"custom_id\":\"1\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"";
        String end = "\"}]}}\n";
        return (start + "x".repeat(LINE_BYTES - start.length() - end.length()) + end)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int read() {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position == bytes) {
            return -1;
        }
        int from = (int) (position % LINE.length);
        int count = (int) Math.min(Math.min(length, LINE.length - from), bytes - position);
        System.arraycopy(LINE, from, target, offset, count);
        boolean wasBeforeHalf = position < bytes / 2;
        position += count;
        if (wasBeforeHalf && position >= bytes / 2) {
            onHalf.run();
        }
        return count;
    }
}
