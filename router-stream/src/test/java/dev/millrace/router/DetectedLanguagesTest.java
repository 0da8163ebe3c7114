package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.language.OpenNlpLanguageDetector;
import dev.millrace.router.classify.Requests;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the router's classifier with the library of {@link OpenNlpLanguageDetector}. */
@Tag("slow")
class DetectedLanguagesTest {
    @Test
    void languageOfASharedScriptIsDetected() {
        var german =
                RouterTopology.classifier()
                        .classify(
                                Requests.chat("Wann kommt meine Bestellung an, bitte?"),
                                Requests.NOW);

        assertThat(german.language()).contains("de");
        assertThat(german.languageIsOneOf(Set.of("de", "fr"))).isTrue();
        assertThat(german.languageIsOneOf(Set.of("fr"))).isFalse();
    }
}
