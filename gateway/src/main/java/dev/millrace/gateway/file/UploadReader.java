package dev.millrace.gateway.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.file.MultipartReader.Part;
import dev.millrace.gateway.repeat.BodyDigest;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.producer.file.JsonLines;
import dev.millrace.producer.file.UnusableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Receives the multipart request that creates a file, in constant memory. The parts can arrive in
 * any order; clients commonly send {@code file} first.
 */
final class UploadReader {
    /** The one purpose that the pipeline has a use for. */
    static final String PURPOSE = "batch";

    private static final int MAX_FIELD_BYTES = 1_024;

    /** Boundaries, headers and fields around the content of a file. */
    private static final int MAX_ENVELOPE_BYTES = 1 << 20;

    private static final int MAX_FILENAME_CHARS = 255;
    private static final long LEAST_SECONDS = 3_600;
    private static final long MOST_SECONDS = 2_592_000;
    private static final String ANCHOR = "expires_after[anchor]";
    private static final String SECONDS = "expires_after[seconds]";
    private static final Set<String> FIELDS = Set.of("purpose", ANCHOR, SECONDS);

    private final UploadedFiles files;

    UploadReader(UploadedFiles files) {
        this.files = files;
    }

    /**
     * The fields of an upload.
     *
     * @param lifetime time until the file expires, if shorter than the store's retention
     * @param digest digest of the content and all fields
     */
    record Received(String filename, Optional<Duration> lifetime, String digest) {
        /** Makes the file visible. */
        FileRecord complete(Upload upload) throws StorageException {
            return upload.complete(filename, PURPOSE, lifetime);
        }
    }

    /** Decides what happens to a received file, which is discarded unless it is completed. */
    interface Completion {
        FileRecord complete(Upload upload, Received received)
                throws StorageException, InterruptedException;
    }

    /**
     * Receives a file, and closes a body that was read to its end: a body that stays open ends the
     * connection at its deadline, possibly in the middle of a later request.
     *
     * @param contentType the header {@code Content-Type}; null for none
     * @param completion returns the file that the client gets
     * @return the stored file
     * @throws RefusedUploadException if the request is not an upload or exceeds a limit; nothing is
     *     stored
     * @throws StorageException if the store fails; nothing is visible
     * @throws IOException if the request ends early; nothing is stored
     */
    FileRecord receive(
            String tenant, @Nullable String contentType, InputStream body, Completion completion)
            throws IOException, InterruptedException {
        MultipartReader parts =
                MultipartReader.of(
                        contentType, new BoundedInput(body, files.maxBytes() + MAX_ENVELOPE_BYTES));
        try (Upload upload = files.begin(tenant)) {
            String filename = null;
            var fields = new TreeMap<String, String>();
            var digest = new BodyDigest("files");
            for (Part part = parts.next(); part != null; part = parts.next()) {
                if (part.name().equals("file")) {
                    requireFirst(filename == null, "file");
                    filename = filename(part);
                    receive(part.content(), digest.writing(upload.out()));
                } else if (FIELDS.contains(part.name())) {
                    requireFirst(!fields.containsKey(part.name()), part.name());
                    fields.put(part.name(), text(part));
                    checkPurpose(fields, false);
                }
            }
            if (filename == null) {
                throw RefusedUploadException.invalid(
                        "file", "the part file is missing; it must be a file with a filename");
            }
            checkPurpose(fields, true);
            Optional<Duration> lifetime = lifetime(fields);
            body.close();
            digest.add(filename);
            fields.forEach(
                    (name, value) -> {
                        digest.add(name);
                        digest.add(value);
                    });
            return completion.complete(upload, new Received(filename, lifetime, digest.end()));
        }
    }

    /**
     * Stores the content as JSON Lines in UTF-8, so that the limits of a file apply to the
     * decompressed content.
     */
    private static void receive(InputStream content, OutputStream out) throws IOException {
        try {
            var _ = JsonLines.of("the file", content).transferTo(out);
        } catch (UnusableFileException e) {
            throw RefusedUploadException.invalid("file", String.valueOf(e.getMessage()));
        }
    }

    private static void requireFirst(boolean isFirst, String name) throws RefusedUploadException {
        if (!isFirst) {
            throw RefusedUploadException.invalid(name, "the part " + name + " occurs twice");
        }
    }

    private static String filename(Part part) throws RefusedUploadException {
        String name = part.filename();
        if (name == null || name.isBlank()) {
            throw RefusedUploadException.invalid("file", "the part file must have a filename");
        }
        if (name.length() > MAX_FILENAME_CHARS || name.chars().anyMatch(Character::isISOControl)) {
            throw RefusedUploadException.invalid(
                    "file",
                    "the filename must have at most "
                            + MAX_FILENAME_CHARS
                            + " characters and no control characters");
        }
        return name;
    }

    private static String text(Part part) throws IOException {
        byte[] value = part.content().readNBytes(MAX_FIELD_BYTES + 1);
        if (value.length > MAX_FIELD_BYTES) {
            throw RefusedUploadException.invalid(
                    part.name(),
                    "the part " + part.name() + " has more than " + MAX_FIELD_BYTES + " bytes");
        }
        return new String(value, UTF_8);
    }

    private static void checkPurpose(Map<String, String> fields, boolean isRequired)
            throws RefusedUploadException {
        String purpose = fields.get("purpose");
        if (purpose == null && isRequired) {
            throw RefusedUploadException.invalid(
                    "purpose", "the part purpose is missing; it must be " + PURPOSE);
        }
        if (purpose != null && !purpose.equals(PURPOSE)) {
            throw RefusedUploadException.invalid(
                    "purpose",
                    "purpose must be " + PURPOSE + "; files for other purposes are not supported");
        }
    }

    private static Optional<Duration> lifetime(Map<String, String> fields)
            throws RefusedUploadException {
        String seconds = fields.get(SECONDS);
        String anchor = fields.get(ANCHOR);
        if (seconds == null && anchor == null) {
            return Optional.empty();
        }
        if (!"created_at".equals(anchor)) {
            throw RefusedUploadException.invalid(ANCHOR, ANCHOR + " must be created_at");
        }
        try {
            long value = Long.parseLong(String.valueOf(seconds));
            if (value >= LEAST_SECONDS && value <= MOST_SECONDS) {
                return Optional.of(Duration.ofSeconds(value));
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw RefusedUploadException.invalid(
                SECONDS,
                SECONDS + " must be a number from " + LEAST_SECONDS + " to " + MOST_SECONDS);
    }
}
