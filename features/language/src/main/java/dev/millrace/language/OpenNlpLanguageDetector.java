package dev.millrace.language;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes languages that share a script, with Apache OpenNLP and its model of 103 languages.
 * On first use the model loads in half a second and takes 34 MiB. Any thread.
 */
public final class OpenNlpLanguageDetector {
    private static final String MODEL = "/langdetect-183.bin";

    /** ISO 639-1 codes by ISO 639-3 code of the model, where Java does not have them. */
    private static final Map<String, String> SHORT =
            Map.of(
                    "nob", "nb", "pes", "fa", "arb", "ar", "ekk", "et", "lvs", "lv", "als", "sq",
                    "npi", "ne", "pus", "ps", "ind", "id");

    private static final Map<String, String> CODES = codes();

    private volatile @Nullable LanguageDetectorModel model;

    private static Map<String, String> codes() {
        var codes = new HashMap<String, String>();
        for (String code : Locale.getISOLanguages()) {
            codes.put(Locale.of(code).getISO3Language(), code);
        }
        codes.putAll(SHORT);
        return Map.copyOf(codes);
    }

    /**
     * Returns the most likely of the given languages; empty if the model finds none.
     *
     * @param languages ISO 639-1 codes
     */
    public Optional<String> language(String text, Set<String> languages) {
        // The model is thread-safe; a detector is not.
        Language[] likeliestFirst = new LanguageDetectorME(model()).predictLanguages(text);
        for (Language candidate : likeliestFirst) {
            String code = CODES.get(candidate.getLang());
            if (code != null && languages.contains(code)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    private LanguageDetectorModel model() {
        LanguageDetectorModel loaded = model;
        return loaded == null ? load() : loaded;
    }

    private synchronized LanguageDetectorModel load() {
        LanguageDetectorModel loaded = model;
        if (loaded != null) {
            return loaded;
        }
        try (InputStream in = OpenNlpLanguageDetector.class.getResourceAsStream(MODEL)) {
            var read = new LanguageDetectorModel(Objects.requireNonNull(in, MODEL));
            model = read;
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
