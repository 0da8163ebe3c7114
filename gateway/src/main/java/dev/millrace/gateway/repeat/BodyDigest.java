package dev.millrace.gateway.repeat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Computes what a request asks for: equal requests have equal digests. Used by one thread. */
public final class BodyDigest {
    private final MessageDigest sha256;

    /**
     * Begins the digest of a request.
     *
     * @param path names what the request asks for besides its body
     */
    public BodyDigest(String path) {
        sha256 = Sha256.create();
        add(path);
    }

    /** Adds a text. */
    public void add(String text) {
        add(text.getBytes(UTF_8));
        sha256.update((byte) 0);
    }

    /** Adds bytes. */
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

    /** Returns the digest, 64 hex digits. Nothing may be added after it. */
    public String end() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
