package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ProviderHeader;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The identity of one job. The job id is a hash of tenant, batch and custom_id, and the key of the
 * result. Since the key determines the result's partition, a custom_id can be drawn so that the
 * result arrives in a partition that this instance already reads.
 *
 * @param customId the job's custom_id; empty for a job that is only followed
 * @param job id of the job
 * @param partition partition of the results topic in which the job's result arrives
 */
record JobIdentity(String customId, JobId job, int partition) {
    private static final String DRAWN = "req_";
    private static final String DERIVED = "idem_";
    private static final int DERIVED_BYTES = 16;

    /**
     * Draws the identity of a new job.
     *
     * @param wanted candidate partitions for the result; not empty
     * @param partitions number of partitions of the results topic
     * @param random need not be thread-safe
     */
    static JobIdentity draw(
            String tenant,
            String batch,
            Set<Integer> wanted,
            int partitions,
            RandomGenerator random) {
        long high;
        long low;
        synchronized (random) {
            high = random.nextLong();
            low = random.nextLong();
        }
        while (true) {
            String customId =
                    DRAWN + HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
            var drawn = of(tenant, batch, customId, partitions);
            if (wanted.contains(drawn.partition)) {
                return drawn;
            }
            low++;
        }
    }

    /**
     * Returns the identity that all requests of a tenant and batch with one idempotency key share.
     * The key is hashed, since it can have any length.
     */
    static JobIdentity derive(String tenant, String batch, String key, int partitions) {
        return of(tenant, batch, DERIVED + Sha256.hex(key, DERIVED_BYTES), partitions);
    }

    private static JobIdentity of(String tenant, String batch, String customId, int partitions) {
        JobId job = JobId.of(tenant, batch, customId);
        return new JobIdentity(customId, job, job.partition(partitions));
    }

    /** Returns the identity of a job with a known id only. */
    static JobIdentity of(JobId job, int partitions) {
        return new JobIdentity("", job, job.partition(partitions));
    }

    /** Returns a digest of what a request asks for: equal requests have equal digests. */
    static String digest(JobCall request) {
        MessageDigest sha256 = Sha256.create();
        sha256.update(request.endpoint().url().getBytes(UTF_8));
        sha256.update(request.body());
        if (!request.headers().isEmpty()) {
            sha256.update(ProviderHeader.identity(request.headers()).getBytes(UTF_8));
        }
        return HexFormat.of().formatHex(sha256.digest(), 0, DERIVED_BYTES);
    }
}
