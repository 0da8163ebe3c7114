package dev.millrace.gateway.store.s3;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.gateway.store.StorageException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3-compatible server with objects in memory, which checks signatures. */
public final class S3Server implements AutoCloseable {
    private static final String ID = "AKIATEST";
    private static final String SECRET = "correct-horse-battery";

    private final S3Proxy server;
    private final S3Client client;

    private S3Server(S3Proxy server) throws StorageException {
        this.server = server;
        client = S3Connection.open(config());
    }

    /** Starts a server without buckets. */
    public static S3Server start() throws Exception {
        S3Proxy server =
                S3Proxy.builder()
                        .blobStore(new TransientNio2BlobStore())
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V4, ID, SECRET)
                        .build();
        server.start();
        return new S3Server(server);
    }

    /** Returns settings with the right key. */
    public GatewayConfig.S3 config() {
        return config(ID, SECRET);
    }

    GatewayConfig.S3 config(String id, String secret) {
        return new GatewayConfig.S3(
                Optional.of(URI.create("http://127.0.0.1:" + server.getPort())),
                Optional.empty(),
                Optional.of(Secret.of(id)),
                Optional.of(Secret.of(secret)));
    }

    public void create(String bucket) {
        var _ = client.createBucket(it -> it.bucket(bucket));
    }

    /** Returns the keys of all objects, and of all uploads that have not ended. */
    List<String> stored(String bucket) {
        var keys = new ArrayList<String>();
        client.listObjectsV2Paginator(it -> it.bucket(bucket))
                .contents()
                .forEach(it -> keys.add(it.key()));
        client.listMultipartUploads(it -> it.bucket(bucket))
                .uploads()
                .forEach(it -> keys.add(it.key()));
        return keys;
    }

    /** Stops the server; its objects are lost. */
    @Override
    public void close() {
        client.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        }
    }
}
