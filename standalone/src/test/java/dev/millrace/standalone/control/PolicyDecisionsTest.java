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

class PolicyDecisionsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Stamp STAMP = new Stamp(NOON, "me", Optional.of("a test"));
    private static final Policy CHEAP = new Policy(Policy.SHIPPED.rules().subList(5, 7));
    private static final Policy CHEAPEST = new Policy(Policy.SHIPPED.rules().subList(6, 7));

    @Nested
    class WhenAPolicyIsApplied {
        @Test
        void getsTheNextVersionAndSaysWhatDiffers() {
            var state = after(version(1, Policy.SHIPPED), version(2, CHEAP));

            var change = PolicyDecisions.apply(state, Map.of("default", CHEAPEST), Map.of(), STAMP);

            assertThat(after(state, change).policy("default").orElseThrow())
                    .isEqualTo(new AppliedPolicy("default", 3, CHEAPEST, NOON, "me", STAMP.note()));
            assertThat(change.result())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.before()).contains("v2");
                                assertThat(it.after()).isEqualTo("v3");
                                assertThat(it.diff()).containsExactly("-   - use: [deepseek-v3.2]");
                            });
        }

        @Test
        void isWrittenNotAtAllWhenNothingChanges() {
            var state = after(version(2, CHEAP));

            var change = PolicyDecisions.apply(state, Map.of("default", CHEAP), Map.of(), STAMP);

            assertThat(change.records()).isEmpty();
            assertThat(change.result()).singleElement().returns(false, PolicyChange::isChange);
        }

        @Test
        void takesThePlaceOfThatOfTheFile() {
            var change =
                    PolicyDecisions.apply(
                            ControlState.EMPTY,
                            Map.of("default", CHEAP),
                            Map.of("default", CHEAPEST),
                            STAMP);

            assertThat(change.result())
                    .containsExactly(
                            new PolicyChange(
                                    "default",
                                    Optional.of("file-" + CHEAPEST.fingerprint()),
                                    "v1",
                                    Optional.empty(),
                                    List.of("+   - use: [deepseek-v3.2]")));
        }

        @Test
        void neverReusesTheNumberOfAVersionThatCannotBeRead() {
            var state = after(version(1, CHEAP)).with("policy/default/2", new byte[] {1});

            var change = PolicyDecisions.apply(state, Map.of("default", CHEAPEST), Map.of(), STAMP);

            assertThat(change.result().getFirst().after()).isEqualTo("v3");
        }

        @Test
        void isWrittenOverALaterVersionThatCannotBeReadThoughItIsWhatCanBeRead() {
            var state = after(version(1, CHEAP)).with("policy/default/2", new byte[] {1});

            var change = PolicyDecisions.apply(state, Map.of("default", CHEAP), Map.of(), STAMP);

            assertThat(after(state, change).policy("default").orElseThrow().version()).isEqualTo(3);
            assertThat(change.result().getFirst().isChange()).isTrue();
            assertThat(change.result().getFirst().unreadable()).contains("v2");
        }

        @Test
        void isRefusedWhereNoNumberIsLeft() {
            var state = after(version(ControlKey.MAX_VERSION, CHEAP));

            assertThatThrownBy(
                            () ->
                                    PolicyDecisions.apply(
                                            state, Map.of("default", CHEAPEST), Map.of(), STAMP))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no version after v999999999");
        }
    }

    @Nested
    class WhenAPolicyIsTakenBack {
        private static final Map<String, Policy> FILE = Map.of("default", CHEAPEST);

        private final ControlState state =
                after(version(1, Policy.SHIPPED), version(2, CHEAP), version(3, CHEAPEST));

        @Test
        void hasTheRulesOfTheVersionBeforeAsANewOne() {
            var change =
                    PolicyDecisions.rollback(state, "default", OptionalInt.empty(), FILE, STAMP);

            var now = after(state, change).policy("default").orElseThrow();
            assertThat(now.version()).isEqualTo(4);
            assertThat(now.policy()).isEqualTo(CHEAP);
            assertThat(now.note()).contains("rollback to v2: a test");
            assertThat(change.result().restored()).isEqualTo("v2");
        }

        @Test
        void hasTheRulesOfTheVersionThatIsNamed() {
            var change = PolicyDecisions.rollback(state, "default", OptionalInt.of(1), FILE, STAMP);

            assertThat(after(state, change).policy("default").orElseThrow().policy())
                    .isEqualTo(Policy.SHIPPED);
        }

        @Test
        void hasTheConfigurationsRulesBeforeTheFirstVersion() {
            var first = after(version(1, CHEAP));

            var change =
                    PolicyDecisions.rollback(first, "default", OptionalInt.empty(), FILE, STAMP);

            var now = after(first, change).policy("default").orElseThrow();
            assertThat(now.version()).isEqualTo(2);
            assertThat(now.policy()).isEqualTo(CHEAPEST);
            assertThat(now.note()).contains("rollback to the configuration's: a test");
            assertThat(change.result().restored()).isEqualTo("file-" + CHEAPEST.fingerprint());
        }

        @Test
        void comesBackWhenItIsTakenBackFromTheConfigurations() {
            var first = after(version(1, CHEAP));
            var second =
                    after(
                            first,
                            PolicyDecisions.rollback(
                                    first, "default", OptionalInt.empty(), FILE, STAMP));

            var change =
                    PolicyDecisions.rollback(second, "default", OptionalInt.empty(), FILE, STAMP);

            assertThat(after(second, change).policy("default").orElseThrow().policy())
                    .isEqualTo(CHEAP);
        }

        @Test
        void doesNotTakeTheConfigurationsForAVersionThatCannotBeRead() {
            var second = after(version(2, CHEAP)).with("policy/default/1", new byte[] {1});

            assertThatThrownBy(
                            () ->
                                    PolicyDecisions.rollback(
                                            second, "default", OptionalInt.empty(), FILE, STAMP))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("before v2 can be read");
        }

        @Test
        void isRefusedWhenTheVersionInForceCannotBeReadUnlessOneIsNamed() {
            var ahead = state.with("policy/default/4", new byte[] {1});

            refuses("default", OptionalInt.empty(), ahead, "default v4 cannot be read");
            var named = PolicyDecisions.rollback(ahead, "default", OptionalInt.of(3), FILE, STAMP);
            assertThat(named.result().change().after()).isEqualTo("v5");
            assertThat(named.result().change().unreadable()).contains("v4");
        }

        @Test
        void isRefusedWhereThereIsNothingToGoBackTo() {
            refuses("nothing", OptionalInt.empty(), state, "no policy nothing");
            refuses("default", OptionalInt.of(9), state, "no version 9");
            refuses("default", OptionalInt.of(3), state, "already");
            refuses("default", OptionalInt.empty(), after(version(1, CHEAP)), "--config");
        }

        private static void refuses(String name, OptionalInt to, ControlState state, String why) {
            assertThatThrownBy(() -> PolicyDecisions.rollback(state, name, to, Map.of(), STAMP))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(why);
        }
    }

    @Nested
    class WhenAGuardHasTripped {
        private static final Catalog CATALOG =
                Catalog.of(
                        List.of(
                                Model.of("gpt-4.1", "openai", Price.of("1", "2"))
                                        .withAliases(List.of("alias"))));
        private static final Trip TRIP =
                new Trip(NOON, "v7", 5, "6 errors", 9, 6, BigDecimal.ONE, Optional.empty());

        private final ControlState state = after(TRIP.record("default", "gpt-4.1"));

        @Test
        void givesTheArmItsShareBack() {
            var change = PolicyDecisions.clear(state, "default", "gpt-4.1", CATALOG, STAMP);

            assertThat(after(state, change).trip("default", "gpt-4.1", CATALOG)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"alias, gpt-4.1", "gpt-4.1, alias", "alias, alias"})
        void itsModelIsOneArmByWhicheverName(String stored, String given) {
            var tripped = after(TRIP.record("default", stored));

            var change = PolicyDecisions.clear(tripped, "default", given, CATALOG, STAMP);

            assertThat(after(tripped, change).trip("default", "gpt-4.1", CATALOG)).isEmpty();
        }

        @Test
        void clearsWhatIsStoredUnderBothNames() {
            var tripped = after(TRIP.record("default", "alias"), TRIP.record("default", "gpt-4.1"));

            var change = PolicyDecisions.clear(tripped, "default", "alias", CATALOG, STAMP);

            assertThat(after(tripped, change).trips().values()).noneMatch(Trip::isInForce);
        }

        @Test
        void refusesAnArmThatHasItsShare() {
            assertThatThrownBy(
                            () ->
                                    PolicyDecisions.clear(
                                            state, "default", "qwen-turbo", CATALOG, STAMP))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("qwen-turbo; those without a share are gpt-4.1");
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
