package dev.millrace.standalone.run;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A file of the run.
 *
 * @param content where its bytes are
 * @param path absolute, to know it in a later run although its content has changed
 * @param name what its batch is called, and how messages call it
 */
public record InputFile(Path content, String path, String name) {

    /** A file as the user named it. */
    public static InputFile of(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return new InputFile(path, absolute.toString(), absolute.getFileName().toString());
    }

    /** Standard input, of which a copy has been made. */
    public static InputFile standardInput(Path copy) {
        return new InputFile(copy, "-", "stdin");
    }

    /** Creates what computes the digest by which the content of a file is known. */
    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
