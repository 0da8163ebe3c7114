package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final String VALUE = "sk-very-secret";

    @Nested
    class WhenItIsSet {
        private final Secret secret = Secret.of(VALUE);

        @Test
        void isVisibleOnlyThroughReveal() {
            assertThat(secret.reveal()).isEqualTo(VALUE);
            assertThat(secret).hasToString("***");
            assertThat("" + secret.hashCode()).isNotEqualTo("" + VALUE.hashCode());
        }

        @Test
        void equalsASecretWithTheSameValue() {
            assertThat(secret).isEqualTo(Secret.of(VALUE)).isNotEqualTo(Secret.of("other"));
        }
    }

    @Nested
    class WhenInvisibleCharactersAreAroundIt {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\uFEFFkey\r\n",
                    "\u200Bkey\u200B",
                    "\u00A0key\u2028",
                    "\tkey\u2060\u0000"
                })
        void keepsTheValueAlone(String text) {
            assertThat(Secret.of(text).reveal()).isEqualTo("key");
        }
    }

    @Nested
    class WhenItComesFromAFile {
        @Test
        void isReadAgainAndStripped() {
            var content = new AtomicReference<>(" first ");
            var secret = Secret.of(content.get()).fromFile(() -> Secret.of(content.get()));
            content.set(" second ");

            assertThat(secret.isFromFile()).isTrue();
            assertThat(secret.reveal()).isEqualTo("first");
            assertThat(secret.readAgain()).isEqualTo(Secret.of("second"));
        }

        @Test
        void otherSecretsStayAsTheyAre() {
            var secret = Secret.of(VALUE);

            assertThat(secret.isFromFile()).isFalse();
            assertThat(secret.readAgain()).isSameAs(secret);
        }
    }

    @Nested
    class WhenItIsUnset {
        @Test
        void givesTheReasonInsteadOfAValue() {
            var secret = Secret.unset("environment variable KEY is not set");

            assertThat(secret.missing()).contains("environment variable KEY is not set");
            assertThatThrownBy(secret::reveal)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("environment variable KEY is not set");
        }
    }
}
