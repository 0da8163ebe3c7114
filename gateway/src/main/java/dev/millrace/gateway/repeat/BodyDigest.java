package dev.millrace.gateway.repeat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Computes the digest of a request; equal requests have equal digests. Used by one thread. */
public final class BodyDigest {
    private final MessageDigest sha256;

    /**
     * Begins the digest of a request.
     *
     * @param path the path of the request, which the digest covers besides the body
     */
    public BodyDigest(String path) {
        sha256 = Sha256.create();
        add(path);
    }

    public void add(String text) {
        add(text.getBytes(UTF_8));
        sha256.update((byte) 0);
    }

    public void add(byte[] bytes) {
        sha256.update(bytes);
    }

    /** Returns a stream whose bytes are added while they are read. */
    public InputStream reading(InputStream in) {
        return new DigestInputStream(in, sha256);
    }

    /** Returns a stream whose bytes are added while they are written. */
    public OutputStream writing(OutputStream out) {
        return new DigestOutputStream(out, sha256);
    }

    /** Returns the digest as 64 hex digits. Nothing can be added afterwards. */
    public String end() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
