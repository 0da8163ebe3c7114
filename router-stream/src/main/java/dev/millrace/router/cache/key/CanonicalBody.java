package dev.millrace.router.cache.key;

import java.util.Optional;

/**
 * A digest of a request's body that is equal for bodies of equal meaning: the order of keys, white
 * space and the notation of strings make no difference. Numbers must be written alike.
 *
 * @param digest SHA-256, 32 bytes
 * @param hasTemperatureZero whether the body has {@code "temperature": 0}
 */
record CanonicalBody(byte[] digest, boolean hasTemperatureZero) {
    /**
     * Reads a body; empty if an object in it has a key twice, since providers differ in which value
     * they use, or if it has too many keys to sort.
     *
     * @param json contains a valid JSON object from {@code start}
     * @param isEchoed whether the answer repeats fields of the body, so that they count too
     */
    static Optional<CanonicalBody> of(byte[] json, int start, boolean isEchoed) {
        return new CanonicalBodyReader(json, start, isEchoed).read();
    }
}
