package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code gateway} section: the HTTP server for clients of OpenAI and Anthropic, the usage API
 * and the dashboard.
 *
 * @param listen address of the server; empty: {@link #DEFAULT_LISTEN}, or the next free port if
 *     that port is in use
 * @param timeout how long a client waits for an answer; the deadline of its job
 * @param unavailableAfter how long the job of a call waits for an open circuit breaker before it
 *     fails; 0 for not at all. A call can override it
 * @param files storage of batch files
 * @param tls certificate of the server; empty: HTTP without encryption
 * @param limits limits of the server
 * @param cors web pages that may read answers
 * @param requireKeys true if every request is refused until there is a key; empty: unless only this
 *     machine can connect
 */
public record GatewayConfig(
        Optional<ListenAddress> listen,
        Duration timeout,
        Duration unavailableAfter,
        Files files,
        Optional<ServerTlsConfig> tls,
        Limits limits,
        Cors cors,
        Optional<Boolean> requireKeys) {
    /** The default address, reachable from this machine only. */
    public static final ListenAddress DEFAULT_LISTEN = new ListenAddress("127.0.0.1", 8080);

    /** The default settings. */
    public static final GatewayConfig DEFAULT =
            new GatewayConfig(
                    Optional.empty(),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(5),
                    new Files(
                            "file:.millrace/files",
                            200L << 20,
                            50_000,
                            10_000,
                            100L << 30,
                            Duration.ofDays(30),
                            S3.DEFAULT),
                    Optional.empty(),
                    new Limits(64L << 20, 20_000),
                    new Cors(List.of()),
                    Optional.empty());

    public GatewayConfig {
        require(timeout.isPositive(), "timeout", "must be longer than 0s");
        require(!unavailableAfter.isNegative(), "unavailable_after", "must be 0s or longer");
    }

    /** Returns true if every request is refused until there is a key. */
    public boolean keysRequired() {
        return requireKeys.orElseGet(() -> !listen.orElse(DEFAULT_LISTEN).isLoopback());
    }

    /**
     * Files that clients upload.
     *
     * @param store {@code file:} and a folder, or {@code s3://bucket/prefix}
     * @param maxBytes maximum size of a file, in bytes, at least 1, and at most {@link
     *     S3#MAX_OBJECT_BYTES} in a bucket
     * @param maxLines maximum number of lines of a batch, at least 1
     * @param maxTenantFiles maximum number of files of a tenant, at least 1
     * @param maxTenantBytes maximum size of all files of a tenant, in bytes, at least 1
     * @param retention how long a file is stored
     * @param s3 access to the bucket, if the store is a bucket
     */
    public record Files(
            String store,
            long maxBytes,
            long maxLines,
            long maxTenantFiles,
            long maxTenantBytes,
            Duration retention,
            S3 s3) {
        public Files {
            StoreLocation location = StoreLocation.parse(store);
            require(maxBytes >= 1, "max_bytes", "must be at least 1");
            require(
                    location instanceof StoreLocation.Folder || maxBytes <= S3.MAX_OBJECT_BYTES,
                    "max_bytes",
                    "must be at most 48GiB in a bucket");
            require(maxLines >= 1, "max_lines", "must be at least 1");
            require(maxTenantFiles >= 1, "max_tenant_files", "must be at least 1");
            require(maxTenantBytes >= 1, "max_tenant_bytes", "must be at least 1");
            require(retention.isPositive(), "retention", "must be longer than 0s");
        }

        /** Returns where the files are. */
        public StoreLocation location() {
            return StoreLocation.parse(store);
        }
    }

    /**
     * How the bucket of a store is reached.
     *
     * @param endpoint address of an S3-compatible server; empty for Amazon
     * @param region region of the bucket; empty for the one that the AWS SDK finds, or {@code
     *     us-east-1} if there is an endpoint
     * @param accessKeyId id of the key; empty, as is the secret, for the key that the AWS SDK finds
     * @param secretAccessKey secret of the key
     */
    public record S3(
            Optional<URI> endpoint,
            Optional<String> region,
            Optional<Secret> accessKeyId,
            Optional<Secret> secretAccessKey) {
        /** Amazon, with the region and key that the AWS SDK finds. */
        public static final S3 DEFAULT =
                new S3(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** Maximum size of an object: S3 accepts 10,000 parts, which have 5 MiB here. */
        public static final long MAX_OBJECT_BYTES = 48L << 30;

        public S3 {
            require(
                    endpoint.isEmpty() || isHttp(endpoint.get()),
                    "endpoint",
                    "must be an http or https address, such as http://127.0.0.1:9000");
            require(
                    region.isEmpty() || region.get().matches("[a-z0-9-]{1,40}"),
                    "region",
                    "must be the name of a region, such as eu-central-1");
            require(
                    accessKeyId.isPresent() || secretAccessKey.isEmpty(),
                    "access_key_id",
                    "must be set if secret_access_key is set");
            require(
                    secretAccessKey.isPresent() || accessKeyId.isEmpty(),
                    "secret_access_key",
                    "must be set if access_key_id is set");
        }

        private static boolean isHttp(URI url) {
            return ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null;
        }
    }

    /**
     * Limits of the server.
     *
     * @param body maximum size of a request's body, in bytes, except for files; 1 KiB to 1 GiB
     * @param connections maximum number of connections at once, at least 1
     */
    public record Limits(long body, int connections) {
        private static final long MIN_BODY = 1L << 10;
        private static final long MAX_BODY = 1L << 30;

        public Limits {
            require(
                    body >= MIN_BODY && body <= MAX_BODY,
                    "body",
                    "must be 1KiB to 1GiB, was " + body);
            require(connections >= 1, "connections", "must be at least 1, was " + connections);
        }
    }

    /**
     * The web pages whose scripts may read answers.
     *
     * @param origins origins as browsers send them in {@code Origin}, such as {@code
     *     https://app.example.com}; empty for none
     */
    public record Cors(List<String> origins) {
        private static final Pattern ORIGIN =
                Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9._~\\[\\]:-]+");

        public Cors {
            origins = origins.stream().map(Cors::asSent).toList();
        }

        /** Returns an origin as browsers write it: in lower case, without the usual port. */
        private static String asSent(String origin) {
            String sent =
                    origin.toLowerCase(Locale.ROOT)
                            .replaceFirst("^(http://.*):80$", "$1")
                            .replaceFirst("^(https://.*):443$", "$1");
            require(
                    ORIGIN.matcher(sent).matches(),
                    "origins",
                    "must name the origins of web pages without a path, such as"
                            + " https://app.example.com, was "
                            + origin);
            return sent;
        }
    }
}
