package dev.millrace.gateway.store.s3;

import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.StorageException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Writes an object to a bucket. An object that fits into one part becomes visible with a single
 * request. A larger object is uploaded part by part, and becomes visible when the upload completes.
 * Holds at most one part in memory.
 */
final class S3Draft implements FileStore.Draft {
    /** Size of each part but the last: the smallest that S3 accepts. */
    static final int PART_BYTES = 5 << 20;

    private static final int FIRST_BUFFER_BYTES = 8 << 10;
    private static final String TYPE = "application/octet-stream";

    /** Statuses of a write whose object exists, or is being written by another. */
    private static final Set<Integer> IS_TAKEN = Set.of(412, 409);

    private final S3FileStore store;
    private final String key;
    private final List<CompletedPart> parts = new ArrayList<>();
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int filled;

    /** Null before the first part is sent, and after the upload was completed or aborted. */
    private @Nullable String upload;

    S3Draft(S3FileStore store, String key) {
        this.store = store;
        this.key = key;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StorageException {
        int written = 0;
        while (written < length) {
            if (filled == PART_BYTES) {
                sendPart();
            }
            int count = Math.min(length - written, PART_BYTES - filled);
            reserve(filled + count);
            System.arraycopy(bytes, offset + written, buffer, filled, count);
            filled += count;
            written += count;
        }
    }

    private void reserve(int bytes) {
        if (bytes > buffer.length) {
            int size = Math.min(Math.max(bytes, 2 * buffer.length), PART_BYTES);
            buffer = Arrays.copyOf(buffer, size);
        }
    }

    private void sendPart() throws StorageException {
        String id = upload == null ? begin() : upload;
        int number = parts.size() + 1;
        var sent =
                store.request(
                        s3 ->
                                s3.uploadPart(
                                        it ->
                                                it.bucket(store.bucket())
                                                        .key(key)
                                                        .uploadId(id)
                                                        .partNumber(number),
                                        body()));
        parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
        filled = 0;
    }

    private String begin() throws StorageException {
        String id =
                store.request(
                        s3 ->
                                s3.createMultipartUpload(
                                                it ->
                                                        it.bucket(store.bucket())
                                                                .key(key)
                                                                .contentType(TYPE))
                                        .uploadId());
        upload = id;
        return id;
    }

    /** Returns the buffer as a body that is not copied, and can be sent again. */
    private RequestBody body() {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(buffer, 0, filled), filled, TYPE);
    }

    @Override
    public void commit() throws StorageException {
        if (upload == null) {
            var _ =
                    store.request(
                            s3 -> s3.putObject(it -> it.bucket(store.bucket()).key(key), body()));
            return;
        }
        sendPart();
        String id = upload;
        var _ =
                store.request(
                        s3 ->
                                s3.completeMultipartUpload(
                                        it ->
                                                it.bucket(store.bucket())
                                                        .key(key)
                                                        .uploadId(id)
                                                        .multipartUpload(all -> all.parts(parts))));
        upload = null;
    }

    /** Relies on the precondition {@code If-None-Match}, which S3 checks for each write. */
    @Override
    public boolean commitNew() throws StorageException {
        return store.request(
                s3 -> {
                    try {
                        var _ =
                                s3.putObject(
                                        it -> it.bucket(store.bucket()).key(key).ifNoneMatch("*"),
                                        body());
                        return true;
                    } catch (S3Exception e) {
                        if (IS_TAKEN.contains(e.statusCode())) {
                            return false;
                        }
                        throw e;
                    }
                });
    }

    @Override
    public void close() throws StorageException {
        String id = upload;
        upload = null;
        if (id != null) {
            store.abort(key, id);
        }
    }
}
