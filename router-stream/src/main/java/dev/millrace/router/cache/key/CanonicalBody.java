package dev.millrace.router.cache.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.contracts.json.CanonicalJson;
import dev.millrace.similarity.prompt.IrrelevantFields;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A digest of a request's body that is equal for equivalent bodies; see {@link CanonicalJson}.
 *
 * @param digest SHA-256, 32 bytes
 * @param hasTemperatureZero whether the body has {@code "temperature": 0}
 */
record CanonicalBody(byte[] digest, boolean hasTemperatureZero) {
    private static final Pattern ZERO = Pattern.compile("-?0(\\.0+)?([eE][+-]?[0-9]+)?");
    private static final Set<String> IRRELEVANT =
            Stream.of(IrrelevantFields.REPLACED, IrrelevantFields.UNUSED)
                    .flatMap(Set::stream)
                    .collect(Collectors.toUnmodifiableSet());

    /**
     * Reads a body; empty if it is ambiguous.
     *
     * @param json contains a valid JSON object from {@code start}
     * @param isEchoed whether the answer repeats fields of the body, so that they count too
     */
    static Optional<CanonicalBody> of(byte[] json, int start, boolean isEchoed) {
        var temperature = new Temperature(json);
        return CanonicalJson.digest(
                        json,
                        start,
                        isEchoed ? IrrelevantFields.REPLACED : IRRELEVANT,
                        temperature::onField)
                .map(it -> new CanonicalBody(it, temperature.isZero));
    }

    /** Remembers whether the temperature of a body is zero. */
    private static final class Temperature {
        private final byte[] json;
        private boolean isZero;

        Temperature(byte[] json) {
            this.json = json;
        }

        void onField(String name, int start, int end) {
            if (name.equals("temperature")) {
                isZero =
                        ZERO.matcher(new String(json, start, end - start, US_ASCII).strip())
                                .matches();
            }
        }
    }
}
