package dev.millrace.gateway.file;

import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.util.Optional;

/**
 * Metadata of a file.
 *
 * @param filename name that the client gave; only shown, never a path
 * @param bytes size of the content
 * @param lines number of non-blank lines
 * @param expiresAt when the file is deleted; empty for never
 */
public record FileRecord(
        String id,
        String filename,
        String purpose,
        long bytes,
        long lines,
        Instant createdAt,
        Optional<Instant> expiresAt) {

    /** Returns the record as it is stored. */
    byte[] toJson() {
        var json = JsonFields.object();
        json.put("id", id);
        json.put("filename", filename);
        json.put("purpose", purpose);
        json.put("bytes", bytes);
        json.put("lines", lines);
        json.put("created_at", createdAt.toString());
        expiresAt.ifPresent(it -> json.put("expires_at", it.toString()));
        return JsonFields.bytes(json);
    }

    /**
     * Reads a stored record.
     *
     * @throws IllegalArgumentException if the value is not a record
     */
    static FileRecord read(byte[] value) {
        var json = JsonFields.read(value, "the record of a file");
        return new FileRecord(
                json.text("id"),
                json.text("filename"),
                json.text("purpose"),
                json.number("bytes", 0),
                json.number("lines", 0),
                json.time("created_at"),
                json.optionalTime("expires_at"));
    }

    /** Returns true if the file is to be deleted. */
    boolean isExpired(Instant now) {
        return expiresAt.isPresent() && !now.isBefore(expiresAt.get());
    }
}
