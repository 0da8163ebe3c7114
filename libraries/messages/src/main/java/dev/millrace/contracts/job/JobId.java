package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Identifies a job: the first 128 bits of SHA-256 over tenant, batch and custom_id, each preceded
 * by its length, as 32 hexadecimal digits. Equal inputs give equal ids in every process.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record JobId(String value) {
    private static final int BYTES = 16;
    private static final int CHARS = 2 * BYTES;

    /** Begins the hash of a part. The hash of a request begins with a length, which is above -1. */
    private static final int PART_DOMAIN = -1;

    private static final int PART_PREFIX_BYTES = BYTES + 3 * Integer.BYTES;

    public JobId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException(
                    "a job id must have 32 lower-case hexadecimal digits, was " + value);
        }
    }

    /** A plain loop for speed: the id of each job is parsed several times. */
    private static boolean isWellFormed(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return value.length() == CHARS;
    }

    public static JobId of(String tenant, String batch, String customId) {
        var sha256 = Sha256.create();
        for (String part : new String[] {tenant, batch, customId}) {
            Sha256.add(sha256, part);
        }
        return new JobId(HexFormat.of().formatHex(Arrays.copyOf(sha256.digest(), BYTES)));
    }

    /**
     * Returns the id of a job for a part of another job. The hashed bytes begin with {@link
     * #PART_DOMAIN}, so they are never the hashed bytes of a request.
     *
     * @param parent the job of the request
     * @param level 0 for a part of its document, then the number of the level that joins answers
     * @param index position within the level, from 0
     * @param body body of the part's call
     */
    public static JobId ofPart(JobId parent, int level, int index, byte[] body) {
        var sha256 = Sha256.create();
        sha256.update(
                ByteBuffer.allocate(PART_PREFIX_BYTES)
                        .putInt(PART_DOMAIN)
                        .put(HexFormat.of().parseHex(parent.value()))
                        .putInt(level)
                        .putInt(index)
                        .array());
        sha256.update(body);
        return new JobId(HexFormat.of().formatHex(Arrays.copyOf(sha256.digest(), BYTES)));
    }

    /**
     * Returns the partition that Kafka's default partitioner chooses for a record of this key.
     *
     * @param partitions number of partitions of the topic
     */
    public int partition(int partitions) {
        return BuiltInPartitioner.partitionForKey(value.getBytes(UTF_8), partitions);
    }

    @Override
    public String toString() {
        return value;
    }
}
