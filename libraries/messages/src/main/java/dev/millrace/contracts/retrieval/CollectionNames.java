package dev.millrace.contracts.retrieval;

import java.util.regex.Pattern;

/** The rules for the names of collections and for the metadata of documents. */
public final class CollectionNames {
    /** The rule for names of collections, for messages. */
    public static final String RULE =
            "must be 1 to 128 letters, digits, '.', '_' or '-', and begin with a letter or digit";

    /** The rule for metadata and filters, for messages. */
    public static final String METADATA_RULE =
            "must have at most 16 keys of 1 to 128 characters, with strings of at most 512"
                    + " characters";

    /** Most keys of metadata or of a filter. */
    public static final int MAX_ENTRIES = 16;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}");
    private static final int MAX_KEY_CHARS = 128;
    private static final int MAX_VALUE_CHARS = 512;

    private CollectionNames() {}

    /** Returns true if the name is valid for a collection. */
    public static boolean isCollection(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns true if a key and its value are valid in metadata and filters. */
    public static boolean isMetadata(String key, String value) {
        return !key.isEmpty()
                && key.length() <= MAX_KEY_CHARS
                && value.length() <= MAX_VALUE_CHARS
                && key.chars().noneMatch(Character::isISOControl);
    }
}
