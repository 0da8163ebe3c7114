package dev.millrace.gateway.store.s3;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.gateway.store.StorageException;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the client of a bucket from the configuration. */
final class S3Connection {
    private static final String SECTION = "gateway.files.s3.";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Longest wait for bytes; a server may need long to put the parts of an object together. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private S3Connection() {}

    /**
     * Returns an unconnected client.
     *
     * @throws StorageException if region or key are missing; the message names the missing setting
     */
    static S3Client open(GatewayConfig.S3 config) throws StorageException {
        var builder =
                S3Client.builder()
                        .region(region(config))
                        .credentialsProvider(credentials(config))
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECT_TIMEOUT)
                                        .socketTimeout(READ_TIMEOUT))
                        // Compatible servers may know neither bucket names in host names, nor
                        // trailing checksums, nor bodies in signed chunks: S3Proxy answers and
                        // closes the connection before it has read the last chunk.
                        .forcePathStyle(true)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .expectContinueEnabled(false)
                                        .chunkedEncodingEnabled(false)
                                        .build());
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static Region region(GatewayConfig.S3 config) throws StorageException {
        if (config.region().isPresent()) {
            return Region.of(config.region().get());
        }
        if (config.endpoint().isPresent()) {
            return Region.US_EAST_1;
        }
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkClientException e) {
            throw new StorageException(
                    "the region of the bucket is unknown; set %sregion, or the environment variable"
                                    .formatted(SECTION)
                            + " AWS_REGION",
                    e);
        }
    }

    private static AwsCredentialsProvider credentials(GatewayConfig.S3 config)
            throws StorageException {
        if (config.accessKeyId().isPresent() && config.secretAccessKey().isPresent()) {
            Secret id = config.accessKeyId().get();
            Secret secret = config.secretAccessKey().get();
            requireSet("access_key_id", id);
            requireSet("secret_access_key", secret);
            // Read again for each request: a file with a key may change.
            return () ->
                    AwsBasicCredentials.create(
                            id.readAgain().reveal(), secret.readAgain().reveal());
        }
        var provider = DefaultCredentialsProvider.builder().build();
        try {
            var _ = provider.resolveCredentials();
        } catch (SdkClientException e) {
            throw new StorageException(
                    "there is no key for the bucket; set %saccess_key_id and secret_access_key, or"
                                    .formatted(SECTION)
                            + " the environment variables AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY",
                    e);
        }
        return provider;
    }

    private static void requireSet(String key, Secret secret) throws StorageException {
        Optional<String> missing = secret.missing();
        if (missing.isPresent()) {
            throw new StorageException("%s%s: %s".formatted(SECTION, key, missing.get()), null);
        }
    }
}
