package dev.millrace.router.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WorstCaseCostTest {
    private static final Model MODEL = model(Model.of("m", "p", Price.of("1", "1")), 1_000);

    private static Model model(Model base, long window) {
        return base.withTokens(Model.Tokens.ofWindow(window));
    }

    private static Profile completion(String prompt) {
        String line =
                """
                {"custom_id":"a","method":"POST","url":"/v1/completions",\
                "body":{"model":"m","prompt":%s,"max_tokens":10}}"""
                        .formatted(prompt);
        var parsed = RequestParser.parse(line.getBytes(UTF_8)).accepted();
        return new RuleBasedClassifier().classify(parsed, Requests.NOW);
    }

    private static OptionalLong input(Profile profile) {
        return WorstCaseCost.of(MODEL, Endpoint.COMPLETIONS, profile, PricedFields.NONE).input();
    }

    @Test
    void windowBoundsTheInputOfOnePrompt() {
        String longText = "\"" + "x".repeat(5_000) + "\"";

        assertThat(input(completion(longText))).hasValue(1_000);
    }

    @Test
    void eachPromptHasTheWindowForItself() {
        String longText = "\"" + "x".repeat(5_000) + "\"";
        String three = "[" + longText + "," + longText + "," + longText + "]";

        assertThat(input(completion(three))).hasValue(3_000);
    }
}
