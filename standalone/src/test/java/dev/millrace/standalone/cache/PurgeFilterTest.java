package dev.millrace.standalone.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.standalone.console.UserError;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PurgeFilterTest {
    private static final String KEY = "0123456789abcdef".repeat(4);

    @Command
    static final class Purge {
        @Mixin private PurgeFilter purgeFilter = new PurgeFilter();
    }

    /** Parses options separated by spaces; every model has the alias {@code alias}. */
    private static Filter filter(String options) {
        var purge = new Purge();
        new CommandLine(purge).parseArgs(options.split(" ", -1));
        return purge.purgeFilter.filter(name -> name.equals("alias") ? "gpt-4.1" : name);
    }

    @Nested
    class ASelection {
        @Test
        void allHasNoFilter() {
            assertThat(filter("--all")).isEqualTo(Filter.ALL);
        }

        @Test
        void combinesEveryGivenOption() {
            assertThat(
                            filter(
                                    "--key "
                                            + KEY
                                            + " --model alias --tenant acme --policy default/3@v7"))
                    .isEqualTo(
                            new Filter(
                                    Optional.of(KEY),
                                    Optional.of("gpt-4.1"),
                                    Optional.of("acme"),
                                    Optional.of("default/3@v7")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"default", "default@v7", "default/12@file-b469c96a", "catalog"})
        void acceptsWhatRoutedByNames(String arm) {
            assertThat(filter("--policy " + arm).routedBy()).hasValue(arm);
        }
    }

    @Nested
    class AWrongSelection {
        @ParameterizedTest
        @ValueSource(strings = {"--all --model gpt-4.1", "--all --policy default@v7"})
        void allExcludesOtherOptions(String options) {
            assertRefused(options, "--all, or at least one of");
        }

        @Test
        void nothingIsNotAll() {
            var purge = new Purge();

            assertThatThrownBy(() -> purge.purgeFilter.filter(name -> name))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Give --all");
        }

        @ParameterizedTest
        @ValueSource(strings = {"abc", "0123456789ABCDEF"})
        void keyMustBeHexDigits(String key) {
            assertRefused("--key " + key, "--key: must be 64 hex digits, was " + key);
        }

        @ParameterizedTest
        @ValueSource(strings = {"default/3", "default/x@v7", "default/3@", "@v7", "a/b/c"})
        void policyMustHaveAFormOfRoutedBy(String arm) {
            assertRefused("--policy " + arm, "default/3@v7");
        }

        @Test
        void tenantMustBeAName() {
            assertRefused("--tenant " + "x".repeat(200), "--tenant: the name");
        }

        private static void assertRefused(String options, String message) {
            assertThatThrownBy(() -> filter(options))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(message);
        }
    }
}
