package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A chat without an output limit; it gets one only when it is translated. */
class TranslatedJobCostTest {
    private static final Model MODEL = Model.of("m", "p", Price.of("0", "1"));

    private final Profile profile =
            new RuleBasedClassifier().classify(Requests.chat(Requests.words(100)), Requests.NOW);

    @Test
    void worstCaseIsTheDefaultLimit() {
        assertThat(WorstCaseCost.of(MODEL, Endpoint.MESSAGES, profile, PricedFields.NONE).usd())
                .hasValueSatisfying(it -> assertThat(it).isEqualByComparingTo("0.004096"));
    }

    @Test
    void worstCaseIsUnboundedWithoutTranslation() {
        assertThat(
                        WorstCaseCost.of(
                                        MODEL,
                                        Endpoint.CHAT_COMPLETIONS,
                                        profile,
                                        PricedFields.NONE)
                                .usd())
                .isEmpty();
    }

    @Test
    void expectedCostIsAtMostTheDefaultLimit() {
        Model small = small();

        assertThat(
                        ExpectedCost.usd(
                                small, Endpoint.MESSAGES, profile, Instant.EPOCH, Instant.EPOCH))
                .isEqualByComparingTo("0.0001");
        assertThat(
                        ExpectedCost.usd(
                                small,
                                Endpoint.CHAT_COMPLETIONS,
                                profile,
                                Instant.EPOCH,
                                Instant.EPOCH))
                .isGreaterThan(
                        ExpectedCost.usd(
                                small, Endpoint.MESSAGES, profile, Instant.EPOCH, Instant.EPOCH));
    }

    /** Returns the model with a default limit below any estimate for a complex question. */
    private static Model small() {
        return MODEL.withTokens(
                new Model.Tokens(MODEL.contextWindow(), MODEL.maxOutputTokens(), 100));
    }
}
