package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.UserError;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyUpdatesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final ChangeMetadata METADATA =
            new ChangeMetadata(NOON, "me", Optional.of("a test"));
    private static final Policy CHEAP = new Policy(Policy.SHIPPED.rules().subList(5, 7));
    private static final Policy CHEAPEST = new Policy(Policy.SHIPPED.rules().subList(6, 7));

    @Nested
    class AnAppliedPolicy {
        @Test
        void getsTheNextVersionAndReportsTheDifference() {
            var state = after(version(1, Policy.SHIPPED), version(2, CHEAP));

            var change =
                    PolicyUpdates.apply(state, Map.of("default", CHEAPEST), Map.of(), METADATA);

            assertThat(after(state, change).policy("default").orElseThrow())
                    .isEqualTo(
                            new AppliedPolicy("default", 3, CHEAPEST, NOON, "me", METADATA.note()));
            assertThat(change.result())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.before()).contains("v2");
                                assertThat(it.after()).isEqualTo("v3");
                                assertThat(it.diff())
                                        .containsExactly("-   - use: [deepseek-flash]");
                            });
        }

        @Test
        void isNotWrittenWhenNothingChanges() {
            var state = after(version(2, CHEAP));

            var change = PolicyUpdates.apply(state, Map.of("default", CHEAP), Map.of(), METADATA);

            assertThat(change.records()).isEmpty();
            assertThat(change.result()).singleElement().returns(false, PolicyChange::isChange);
        }

        @Test
        void replacesTheConfiguredPolicy() {
            var change =
                    PolicyUpdates.apply(
                            ControlState.EMPTY,
                            Map.of("default", CHEAP),
                            Map.of("default", CHEAPEST),
                            METADATA);

            assertThat(change.result())
                    .containsExactly(
                            new PolicyChange(
                                    "default",
                                    Optional.of("file-" + CHEAPEST.fingerprint()),
                                    "v1",
                                    Optional.empty(),
                                    List.of("+   - use: [deepseek-flash]")));
        }

        @Test
        void neverReusesTheNumberOfAnUnreadableVersion() {
            var state = after(version(1, CHEAP)).with("policy/default/2", new byte[] {1});

            var change =
                    PolicyUpdates.apply(state, Map.of("default", CHEAPEST), Map.of(), METADATA);

            assertThat(change.result().getFirst().after()).isEqualTo("v3");
        }

        @Test
        void isWrittenOverALaterUnreadableVersionEvenWhenUnchanged() {
            var state = after(version(1, CHEAP)).with("policy/default/2", new byte[] {1});

            var change = PolicyUpdates.apply(state, Map.of("default", CHEAP), Map.of(), METADATA);

            assertThat(after(state, change).policy("default").orElseThrow().version()).isEqualTo(3);
            assertThat(change.result().getFirst().isChange()).isTrue();
            assertThat(change.result().getFirst().unreadable()).contains("v2");
        }

        @Test
        void isRefusedAfterTheHighestVersion() {
            var state = after(version(ControlKey.MAX_VERSION, CHEAP));

            assertThatThrownBy(
                            () ->
                                    PolicyUpdates.apply(
                                            state, Map.of("default", CHEAPEST), Map.of(), METADATA))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("highest version, v999999999");
        }
    }

    @Nested
    class ARollback {
        private static final Map<String, Policy> FILE = Map.of("default", CHEAPEST);

        private final ControlState state =
                after(version(1, Policy.SHIPPED), version(2, CHEAP), version(3, CHEAPEST));

        @Test
        void restoresThePreviousVersionAsANewVersion() {
            var change =
                    PolicyUpdates.rollback(state, "default", OptionalInt.empty(), FILE, METADATA);

            var now = after(state, change).policy("default").orElseThrow();
            assertThat(now.version()).isEqualTo(4);
            assertThat(now.policy()).isEqualTo(CHEAP);
            assertThat(now.note()).contains("rollback to v2: a test");
            assertThat(change.result().restored()).isEqualTo("v2");
        }

        @Test
        void restoresTheGivenVersion() {
            var change =
                    PolicyUpdates.rollback(state, "default", OptionalInt.of(1), FILE, METADATA);

            assertThat(after(state, change).policy("default").orElseThrow().policy())
                    .isEqualTo(Policy.SHIPPED);
        }

        @Test
        void restoresTheConfiguredPolicyBeforeTheFirstVersion() {
            var first = after(version(1, CHEAP));

            var change =
                    PolicyUpdates.rollback(first, "default", OptionalInt.empty(), FILE, METADATA);

            var now = after(first, change).policy("default").orElseThrow();
            assertThat(now.version()).isEqualTo(2);
            assertThat(now.policy()).isEqualTo(CHEAPEST);
            assertThat(now.note()).contains("rollback to the configuration's: a test");
            assertThat(change.result().restored()).isEqualTo("file-" + CHEAPEST.fingerprint());
        }

        @Test
        void isUndoneByASecondRollback() {
            var first = after(version(1, CHEAP));
            var second =
                    after(
                            first,
                            PolicyUpdates.rollback(
                                    first, "default", OptionalInt.empty(), FILE, METADATA));

            var change =
                    PolicyUpdates.rollback(second, "default", OptionalInt.empty(), FILE, METADATA);

            assertThat(after(second, change).policy("default").orElseThrow().policy())
                    .isEqualTo(CHEAP);
        }

        @Test
        void doesNotReplaceAnUnreadableVersionByTheConfiguredPolicy() {
            var second = after(version(2, CHEAP)).with("policy/default/1", new byte[] {1});

            assertThatThrownBy(
                            () ->
                                    PolicyUpdates.rollback(
                                            second, "default", OptionalInt.empty(), FILE, METADATA))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no readable version of default before v2");
        }

        @Test
        void needsAVersionNumberWhenTheVersionInForceIsUnreadable() {
            var ahead = state.with("policy/default/4", new byte[] {1});

            refuses("default", OptionalInt.empty(), ahead, "cannot read default v4");
            var named = PolicyUpdates.rollback(ahead, "default", OptionalInt.of(3), FILE, METADATA);
            assertThat(named.result().change().after()).isEqualTo("v5");
            assertThat(named.result().change().unreadable()).contains("v4");
        }

        @Test
        void isRefusedWithoutAnEarlierVersion() {
            refuses("nothing", OptionalInt.empty(), state, "No policy nothing was ever applied");
            refuses("default", OptionalInt.of(9), state, "no version 9");
            refuses("default", OptionalInt.of(3), state, "already");
            refuses("default", OptionalInt.empty(), after(version(1, CHEAP)), "--config");
        }

        private static void refuses(
                String name, OptionalInt to, ControlState state, String reason) {
            assertThatThrownBy(() -> PolicyUpdates.rollback(state, name, to, Map.of(), METADATA))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(reason);
        }
    }

    @Nested
    class ATrippedArm {
        private static final Catalog CATALOG =
                Catalog.of(
                        List.of(
                                Model.of("gpt-4.1", "openai", Price.of("1", "2"))
                                        .withAliases(List.of("alias"))));
        private static final Trip TRIP =
                new Trip(NOON, "v7", 5, "6 errors", 9, 6, BigDecimal.ONE, Optional.empty());

        private final ControlState state = after(TRIP.record("default", "gpt-4.1"));

        @Test
        void getsItsShareBackWhenCleared() {
            var change = PolicyUpdates.clear(state, "default", "gpt-4.1", CATALOG, METADATA);

            assertThat(after(state, change).trip("default", "gpt-4.1", CATALOG)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"alias, gpt-4.1", "gpt-4.1, alias", "alias, alias"})
        void isClearedByAnyNameOfItsModel(String stored, String given) {
            var tripped = after(TRIP.record("default", stored));

            var change = PolicyUpdates.clear(tripped, "default", given, CATALOG, METADATA);

            assertThat(after(tripped, change).trip("default", "gpt-4.1", CATALOG)).isEmpty();
        }

        @Test
        void isClearedUnderAllNamesOfItsModel() {
            var tripped = after(TRIP.record("default", "alias"), TRIP.record("default", "gpt-4.1"));

            var change = PolicyUpdates.clear(tripped, "default", "alias", CATALOG, METADATA);

            assertThat(after(tripped, change).trips().values()).noneMatch(Trip::isInForce);
        }

        @Test
        void isNamedWhenAnotherArmIsCleared() {
            assertThatThrownBy(
                            () ->
                                    PolicyUpdates.clear(
                                            state, "default", "qwen-turbo", CATALOG, METADATA))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("qwen-turbo. Tripped arms: gpt-4.1");
        }
    }

    private static ControlRecord version(int version, Policy policy) {
        return new AppliedPolicy("default", version, policy, NOON, "me", Optional.empty()).record();
    }

    private static ControlState after(ControlRecord... records) {
        return after(ControlState.EMPTY, new Change<>(List.of(records), true));
    }

    private static ControlState after(ControlState before, Change<?> change) {
        var state = before;
        for (var record : change.records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }
}
