package dev.millrace.gateway.store.s3;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Stores objects in a bucket: {@code <prefix>/<tenant>/<kind>/<name>}. Relies on what S3 promises:
 * an object is visible only when it is complete, to all readers at once, and is then durable.
 */
public final class S3FileStore implements FileStore {
    private static final String SEPARATOR = "/";

    /** Written and deleted at the start. No tenant has a folder of that name. */
    private static final String PROBE = "write-check";

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    private S3FileStore(S3Client s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /**
     * Creates an unconnected store.
     *
     * @throws StorageException if region or key are missing; the message names the missing setting
     */
    public static S3FileStore open(StoreLocation.Bucket location, GatewayConfig.S3 config)
            throws StorageException {
        String prefix = location.prefix().isEmpty() ? "" : location.prefix() + SEPARATOR;
        return new S3FileStore(S3Connection.open(config), location.name(), prefix);
    }

    @Override
    public void check() throws StorageException {
        var _ = tenants();
        String key = prefix + PROBE;
        var _ =
                request(
                        it ->
                                it.putObject(
                                        put -> put.bucket(bucket).key(key), RequestBody.empty()));
        var _ = request(it -> it.deleteObject(delete -> delete.bucket(bucket).key(key)));
    }

    @Override
    public int draftBytes() {
        return S3Draft.PART_BYTES;
    }

    @Override
    public Draft create(ObjectPath path) {
        return new S3Draft(this, key(path));
    }

    private String folder(TenantFolder tenant, ObjectPath.Kind kind) {
        return prefix + tenant.name() + SEPARATOR + kind.folder() + SEPARATOR;
    }

    private String key(ObjectPath path) {
        return folder(path.tenant(), path.kind()) + path.name();
    }

    @Override
    public Optional<InputStream> open(ObjectPath path) throws StorageException {
        return request(
                it -> {
                    try {
                        return Optional.of(
                                new S3Input(
                                        it.getObject(get -> get.bucket(bucket).key(key(path)))));
                    } catch (NoSuchKeyException e) {
                        return Optional.empty();
                    }
                });
    }

    @Override
    public boolean delete(ObjectPath path) throws StorageException {
        // S3 does not report whether it has deleted anything.
        return request(
                it -> {
                    try {
                        var _ = it.headObject(head -> head.bucket(bucket).key(key(path)));
                    } catch (NoSuchKeyException e) {
                        return false;
                    }
                    var _ = it.deleteObject(delete -> delete.bucket(bucket).key(key(path)));
                    return true;
                });
    }

    @Override
    public List<String> names(TenantFolder tenant, ObjectPath.Kind kind) throws StorageException {
        String folder = folder(tenant, kind);
        return request(
                it ->
                        it
                                .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(folder))
                                .contents()
                                .stream()
                                .map(object -> object.key().substring(folder.length()))
                                .sorted()
                                .toList());
    }

    @Override
    public Usage usage(TenantFolder tenant, ObjectPath.Kind kind) throws StorageException {
        String folder = folder(tenant, kind);
        return request(
                it -> {
                    long objects = 0;
                    long bytes = 0;
                    for (S3Object object :
                            it.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(folder))
                                    .contents()) {
                        objects++;
                        bytes += object.size();
                    }
                    return new Usage(objects, bytes);
                });
    }

    @Override
    public List<TenantFolder> tenants() throws StorageException {
        return request(
                it ->
                        it
                                .listObjectsV2Paginator(
                                        list ->
                                                list.bucket(bucket)
                                                        .prefix(prefix)
                                                        .delimiter(SEPARATOR))
                                .commonPrefixes()
                                .stream()
                                .map(common -> common.prefix().substring(prefix.length()))
                                .map(name -> name.substring(0, name.length() - SEPARATOR.length()))
                                .filter(TenantFolder::isLegal)
                                .map(TenantFolder::new)
                                .toList());
    }

    /** An upload that was begun and neither completed nor aborted. */
    private record OpenUpload(String key, String id) {}

    @Override
    public void deleteDrafts(Instant before) throws StorageException {
        for (OpenUpload upload : openUploads(before)) {
            abort(upload.key(), upload.id());
        }
    }

    private List<OpenUpload> openUploads(Instant before) throws StorageException {
        return request(
                it -> {
                    var found = new ArrayList<OpenUpload>();
                    it.listMultipartUploadsPaginator(list -> list.bucket(bucket).prefix(prefix))
                            .uploads()
                            .forEach(
                                    upload -> {
                                        if (upload.initiated().isBefore(before)) {
                                            found.add(
                                                    new OpenUpload(
                                                            upload.key(), upload.uploadId()));
                                        }
                                    });
                    return found;
                });
    }

    /** Deletes the parts of an upload. Does nothing if it was completed or aborted before. */
    void abort(String key, String id) throws StorageException {
        var _ =
                request(
                        it -> {
                            try {
                                return Optional.of(
                                        it.abortMultipartUpload(
                                                abort ->
                                                        abort.bucket(bucket)
                                                                .key(key)
                                                                .uploadId(id)));
                            } catch (NoSuchUploadException e) {
                                return Optional.empty();
                            }
                        });
    }

    String bucket() {
        return bucket;
    }

    /** Sends requests; a failure names the bucket and the reason. */
    <T> T request(Function<S3Client, T> request) throws StorageException {
        try {
            return request.apply(s3);
        } catch (SdkException e) {
            throw new StorageException(
                    "the bucket %s of the gateway's files does not work: %s"
                            .formatted(bucket, S3Failure.reason(e)),
                    e);
        }
    }

    @Override
    public void close() {
        s3.close();
    }
}
