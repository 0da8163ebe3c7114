package dev.millrace.contracts.usage;

/**
 * A name under which a count is reported.
 *
 * @param path within the usage object, with a dot before each inner key; capitals and underscores
 *     do not matter
 * @param users APIs and exports that use the name
 */
public record CountName(String path, CountMeaning meaning, Trait trait, String users) {

    /** A property of a name besides its meaning. */
    public enum Trait {
        /** Nothing else. */
        NONE,

        /**
         * The count matters only when no other name has its meaning, such as tokens by the
         * tokenizer of another model.
         */
        FALLBACK,

        /** The API has an {@code input_tokens} that excludes the tokens of the cache. */
        BESIDE_INPUT,

        /** Only sums of many requests have the name. */
        OF_SUMS
    }

    static CountName named(String path, CountMeaning meaning, String users) {
        return new CountName(path, meaning, Trait.NONE, users);
    }

    static CountName fallback(String path, CountMeaning meaning, String users) {
        return new CountName(path, meaning, Trait.FALLBACK, users);
    }

    static CountName besideInput(String path, CountMeaning meaning, String users) {
        return new CountName(path, meaning, Trait.BESIDE_INPUT, users);
    }

    static CountName ofSums(String path, CountMeaning meaning, String users) {
        return new CountName(path, meaning, Trait.OF_SUMS, users);
    }
}
