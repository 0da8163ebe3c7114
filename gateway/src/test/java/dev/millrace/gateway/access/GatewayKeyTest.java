package dev.millrace.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GatewayKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant LATER = NOON.plus(Duration.ofHours(1));

    private final KeyToken token = KeyToken.mint(RANDOM);
    private final GatewayKey key =
            new GatewayKey(
                    "ci",
                    KeyAccess.ofTenant("acme"),
                    NOON,
                    "ada",
                    Optional.empty(),
                    List.of(SecretHash.of(token.secret(), RANDOM, NOON)));

    @Nested
    class AToken {
        @Test
        void isReadAsItIsWritten() {
            assertThat(KeyToken.parse(token.text())).contains(token);
        }

        @Test
        void showsNoSecret() {
            assertThat(token.toString()).contains(token.id()).doesNotContain(token.secret());
        }

        @Test
        void ofAnotherFormIsNone() {
            for (String text :
                    List.of("", "mr-", "sk-abc", token.text() + "x", token.text() + "\n")) {
                assertThat(KeyToken.parse(text)).as(text).isEmpty();
            }
        }
    }

    @Nested
    class AKey {
        @Test
        void acceptsItsSecretOnly() {
            assertThat(key.hasSecret(token.secret(), NOON)).isTrue();
            assertThat(key.hasSecret(KeyToken.mint(RANDOM).secret(), NOON)).isFalse();
        }

        @Test
        void isStoredWithoutItsSecret() {
            assertThat(new String(key.toJson(), UTF_8)).doesNotContain(token.secret());
            assertThat(key.toString())
                    .doesNotContain(token.secret(), key.secrets().getFirst().hash());
        }

        @Test
        void survivesARoundTrip() {
            var restricted =
                    new GatewayKey(
                            "ci",
                            new KeyAccess(
                                    "acme",
                                    new TreeSet<>(List.of("auto", "gpt-4.1")),
                                    OptionalLong.of(60),
                                    OptionalLong.of(1_000_000),
                                    new KeyRights(EnumSet.of(KeyRole.CALL, KeyRole.READ), true),
                                    Optional.of(LATER)),
                            NOON,
                            "ada",
                            Optional.of(LATER),
                            key.secrets());

            assertThat(GatewayKey.of(restricted.toJson())).isEqualTo(restricted);
            assertThat(GatewayKey.of(key.toJson())).isEqualTo(key);
        }

        @Test
        void permitsEveryModelUnlessItNamesSome() {
            var some = key.access().withModels(List.of("gpt-4.1"));

            assertThat(key.access().permits("auto")).isTrue();
            assertThat(some.permits("gpt-4.1")).isTrue();
            assertThat(some.permits("auto")).isFalse();
        }

        @Test
        void callsUnlessItSaysOtherwise() {
            assertThat(key.access().rights()).isEqualTo(KeyRights.CALLS);
            assertThat(new String(key.toJson(), UTF_8)).doesNotContain("roles", "all_tenants");
        }

        @Test
        void isUnreadableWithARoleOfALaterVersion() {
            String later =
                    new String(key.toJson(), UTF_8)
                            .replace("{\"name\"", "{\"roles\":[\"call\",\"delete\"],\"name\"");

            assertThatThrownBy(() -> GatewayKey.of(later.getBytes(UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("delete");
        }

        @Test
        void isInForceUntilItIsRevoked() {
            assertThat(key.isInForce(LATER)).isTrue();
            assertThat(key.revokedAt(NOON).isInForce(NOON)).isFalse();
            assertThat(key.revokedAt(NOON).revokedAt(LATER).revoked()).contains(NOON);
        }

        @Test
        void isInForceUntilItExpires() {
            var access =
                    new KeyAccess(
                            "acme",
                            new TreeSet<>(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            KeyRights.CALLS,
                            Optional.of(LATER));
            var expiring =
                    new GatewayKey("ci", access, NOON, "ada", Optional.empty(), key.secrets());

            assertThat(expiring.isInForce(LATER.minusNanos(1))).isTrue();
            assertThat(expiring.isInForce(LATER)).isFalse();
        }
    }

    @Nested
    class AReplacedSecret {
        private final KeyToken next = KeyToken.mint(token.id(), RANDOM);
        private final SecretHash hash = SecretHash.of(next.secret(), RANDOM, NOON);

        @Test
        void isRefusedAtOnceWithoutOverlap() {
            var rotated = key.withSecret(hash, NOON);

            assertThat(rotated.hasSecret(next.secret(), NOON)).isTrue();
            assertThat(rotated.hasSecret(token.secret(), NOON)).isFalse();
            assertThat(rotated.secrets()).hasSize(1);
        }

        @Test
        void isAcceptedUntilItsEnd() {
            var rotated = key.withSecret(hash, LATER);

            assertThat(rotated.hasSecret(token.secret(), LATER.minusNanos(1))).isTrue();
            assertThat(rotated.hasSecret(token.secret(), LATER)).isFalse();
        }
    }

    @Nested
    class ARecordInControl {
        private final String text = new ControlKey.ApiKey(token.id()).text();

        @Test
        void isFoundById() {
            var state = ControlState.EMPTY.with(text, key.toJson());

            assertThat(GatewayKey.find(token.id(), state)).contains(key);
            assertThat(GatewayKey.all(state)).containsOnly(Map.entry(token.id(), key));
            assertThat(GatewayKey.find(token.id(), state.with(text, null))).isEmpty();
        }

        @Test
        void thatIsUnreadableStillCountsAsAKey() {
            for (String models : List.of("[]", "\"all\"", "[1]", "null")) {
                String json =
                        new String(key.toJson(), UTF_8)
                                .replaceFirst(
                                        "\"created\"", "\"models\":" + models + ",\"created\"");
                var state = ControlState.EMPTY.with(text, json.getBytes(UTF_8));

                assertThat(GatewayKey.all(state)).as(models).isEmpty();
                assertThat(state.apiKeys()).as(models).containsOnlyKeys(token.id());
            }
        }

        @Test
        void ofBadFormIsRefused() {
            assertThatThrownBy(() -> GatewayKey.of("{}".getBytes(UTF_8)))
                    .hasMessageContaining("an API key must have text as name");
            assertThatThrownBy(() -> new SecretHash("ab", "cd", NOON, Optional.empty()))
                    .hasMessageContaining("salt of a secret must be 32 hex digits");
        }
    }
}
