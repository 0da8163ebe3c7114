package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The location of a gateway's file store. */
public sealed interface StoreLocation {
    /** A folder, shared by all gateways that run side by side. */
    record Folder(Path path) implements StoreLocation {}

    /**
     * A bucket of S3 or of a compatible server.
     *
     * @param name 3 to 63 lower-case letters, digits, dots and hyphens
     * @param prefix first part of the names of all objects, without slashes around it; empty for
     *     none
     */
    record Bucket(String name, String prefix) implements StoreLocation {
        private static final Pattern FORM =
                Pattern.compile(
                        "s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"
                                + "(?:/(?<prefix>[A-Za-z0-9_-][A-Za-z0-9._-]*"
                                + "(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*+)?)?/?");
    }

    /**
     * Reads {@code file:} and a folder, or {@code s3://bucket/prefix}.
     *
     * @throws dev.millrace.yaml.problem.Violation if the text has neither form
     */
    static StoreLocation parse(String text) {
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            return new Folder(Path.of(text.substring("file:".length())));
        }
        Matcher s3 = Bucket.FORM.matcher(text);
        require(
                s3.matches(),
                "store",
                "must be file: and a folder, such as file:.millrace/files, or a bucket with a prefix"
                        + " of letters, digits and ._-/, such as s3://files/millrace");
        return new Bucket(s3.group("bucket"), Optional.ofNullable(s3.group("prefix")).orElse(""));
    }
}
