package dev.millrace.standalone.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KeyChangesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String ID = "3f9c2a7be01d4466";

    private final KeyToken token = KeyToken.mint(ID, RANDOM);
    private final ControlState one =
            after(
                    ControlState.EMPTY,
                    KeyChanges.create(ControlState.EMPTY, ID, key("ci"), Optional.empty()));

    private GatewayKey key(String name) {
        return new GatewayKey(
                name,
                KeyAccess.ofTenant("acme"),
                NOON,
                "ada",
                Optional.empty(),
                List.of(SecretHash.of(token.secret(), RANDOM, NOON)));
    }

    private static ControlState after(ControlState before, Change<?> change) {
        var state = before;
        for (var record : change.records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    @Nested
    class ANewKey {
        @Test
        void isStored() {
            assertThat(GatewayKey.all(one).get(ID)).extracting(GatewayKey::name).isEqualTo("ci");
        }

        @Test
        void hasItsBudgetBeforeItCanBeUsed() {
            var limit = new BudgetLimit(new BigDecimal("20"), NOON, "ada");

            var change = KeyChanges.create(ControlState.EMPTY, ID, key("ci"), Optional.of(limit));

            assertThat(change.records())
                    .extracting(it -> it.key())
                    .containsExactly(
                            new ControlKey.KeyLimit("acme", ID), new ControlKey.ApiKey(ID));
            assertThat(after(ControlState.EMPTY, change).budgets().limits())
                    .containsEntry(new ControlKey.KeyLimit("acme", ID), limit);
        }

        @Test
        void withANameInUseIsRefused() {
            var change = KeyChanges.create(one, "0".repeat(16), key("ci"), Optional.empty());

            assertThat(change.records()).isEmpty();
            assertThat(change.result().problem().orElseThrow())
                    .startsWith("The key " + ID + " already has the name \"ci\"");
        }

        @Test
        void mayHaveTheNameOfARevokedKey() {
            var revoked = after(one, KeyChanges.revoke(one, ID, NOON));

            assertThat(
                            KeyChanges.create(revoked, "0".repeat(16), key("ci"), Optional.empty())
                                    .records())
                    .hasSize(1);
        }
    }

    @Nested
    class ARevokedKey {
        private final ControlState revoked = after(one, KeyChanges.revoke(one, ID, NOON));

        @Test
        void staysSoThatTheGatewayDoesNotOpen() {
            assertThat(revoked.apiKeys()).isNotEmpty();
            assertThat(KeyText.lines(GatewayKey.all(revoked), NOON))
                    .containsExactly(
                            ID + " ci: revoked 2026-11-20T12:00:00Z, tenant acme, all models");
        }

        @Test
        void isDeletedUnlessItIsTheLastAndNobodyConfirms() {
            assertThat(KeyChanges.delete(revoked, ID, NOON, false).result().problem().orElseThrow())
                    .contains("is the last one", "or add --yes");
            assertThat(after(revoked, KeyChanges.delete(revoked, ID, NOON, true)).apiKeys())
                    .isEmpty();

            var two =
                    after(
                            revoked,
                            KeyChanges.create(
                                    revoked, "0".repeat(16), key("ci"), Optional.empty()));

            assertThat(after(two, KeyChanges.delete(two, ID, NOON, false)).apiKeys())
                    .containsOnlyKeys("0".repeat(16));
        }

        @Test
        void isRevokedBeforeItIsDeleted() {
            assertThat(KeyChanges.delete(one, ID, NOON, true).result().problem().orElseThrow())
                    .contains("is in force");
            assertThat(KeyChanges.delete(one, "1".repeat(16), NOON, true).result().problem())
                    .isPresent();
        }

        @Test
        void isNotRotated() {
            var hash = SecretHash.of("x", RANDOM, NOON);
            var change = KeyChanges.rotate(revoked, ID, hash, NOON);

            assertThat(change.records()).isEmpty();
            assertThat(change.result().problem().orElseThrow()).contains("is revoked");
        }
    }

    @Nested
    class ARotatedKey {
        private final KeyToken next = KeyToken.mint(ID, RANDOM);
        private final Instant end = NOON.plus(Duration.ofDays(1));
        private final ControlState rotated =
                after(
                        one,
                        KeyChanges.rotate(
                                one, ID, SecretHash.of(next.secret(), RANDOM, NOON), end));

        @Test
        void acceptsBothSecretsDuringTheOverlap() {
            var key = GatewayKey.all(rotated).getOrDefault(ID, key("none"));

            assertThat(key.hasSecret(next.secret(), end)).isTrue();
            assertThat(key.hasSecret(token.secret(), end.minusNanos(1))).isTrue();
            assertThat(key.hasSecret(token.secret(), end)).isFalse();
        }

        @Test
        void showsTheEndOfTheEarlierSecret() {
            assertThat(KeyText.lines(GatewayKey.all(rotated), NOON).getFirst())
                    .contains("in force, earlier secret until 2026-11-21T12:00:00Z");
            assertThat(KeyJson.of(GatewayKey.all(rotated), NOON))
                    .contains("\"earlier_secret_expires\":\"2026-11-21T12:00:00Z\"")
                    .doesNotContain("sha256", "salt");
        }
    }

    @Nested
    class AnUnknownId {
        @Test
        void isNamed() {
            assertThat(KeyChanges.revoke(one, "abc", NOON).result().problem().orElseThrow())
                    .startsWith("There is no key \"abc\"");
        }
    }

    @Nested
    class WithoutKeys {
        @Test
        void theListSaysWhatThatMeans() {
            assertThat(KeyText.lines(Map.of(), NOON))
                    .containsExactly(
                            "no keys: gateways serve at most their own machine, with any key");
        }
    }
}
