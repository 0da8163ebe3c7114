package dev.millrace.router.dedupe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import java.security.MessageDigest;
import java.util.Arrays;

/** Computes digests that show whether two requests of a job are equal: half of a SHA-256. */
final class RequestDigest {
    static final int BYTES = 16;

    private RequestDigest() {}

    /** Returns the digest of the url and the body, or of all bytes of an invalid request. */
    static byte[] of(ParsedRequest request) {
        MessageDigest sha256 = Sha256.create();
        switch (request.content()) {
            case ValidContent(var line) -> add(sha256, line);
            case AnsweredContent(var line, _) -> add(sha256, line);
            case InvalidContent(var rejection) -> {
                // Lines over the size limit are placeholders; the message holds their sizes.
                sha256.update(rejection.message().getBytes(UTF_8));
                sha256.update(request.bytes());
            }
        }
        return Arrays.copyOf(sha256.digest(), BYTES);
    }

    private static void add(MessageDigest sha256, RequestLine line) {
        sha256.update(line.endpoint().url().getBytes(UTF_8));
        Span body = line.body();
        sha256.update(line.bytes(), body.start(), body.length());
    }
}
