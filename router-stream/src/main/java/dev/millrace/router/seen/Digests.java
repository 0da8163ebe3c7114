package dev.millrace.router.seen;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Span;
import dev.millrace.router.flow.Flow.Claim;
import dev.millrace.router.flow.Flow.Unusable;
import dev.millrace.router.flow.Flow.Workable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Tells whether two records of one job ask for the same: the first half of a SHA-256. */
final class Digests {
    static final int BYTES = 16;

    private Digests() {}

    /** Of the url and the body's bytes; of all bytes when there is no body to speak of. */
    static byte[] of(Claim claim) {
        MessageDigest sha256 = sha256();
        switch (claim.content()) {
            case Workable(var line) -> {
                sha256.update(line.endpoint().url().getBytes(UTF_8));
                Span body = line.body();
                sha256.update(line.bytes(), body.start(), body.length());
            }
            case Unusable(var fault) -> {
                // Two lines that were too large differ at least by what is said of them.
                sha256.update(fault.message().getBytes(UTF_8));
                sha256.update(claim.bytes());
            }
        }
        return Arrays.copyOf(sha256.digest(), BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
