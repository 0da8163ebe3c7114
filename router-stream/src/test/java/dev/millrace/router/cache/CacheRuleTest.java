package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.router.topology.RouterDriver;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that a rule of a policy decides about the cache of its jobs. The router's mode is none. */
class CacheRuleTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private void policy(Optional<CacheMode> mode, Optional<Boolean> shared) {
        var rule =
                new Rule(
                        Optional.empty(),
                        List.of("small"),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new RuleCache(mode, shared)));
        router.active = ActivePolicy.of("default", "v1", new Policy(List.of(rule)));
    }

    private void send(String tenant, String line) {
        router.send(line, new SubmissionHeaders(tenant, null, null, null, null));
    }

    private static String asking(String mode, String customId) {
        return RouterDriver.line(customId, "auto")
                .replaceFirst("\\{", "{\"millrace\":{\"cache\":\"" + mode + "\"},");
    }

    private List<@Nullable String> keys() {
        return router.lookups().stream().<@Nullable String>map(TestRecord::key).toList();
    }

    @Test
    void modeOfTheRuleAppliesToItsJobs() {
        policy(Optional.of(CacheMode.EXACT), Optional.empty());

        send("acme", RouterDriver.line("a", "auto"));
        send("acme", RouterDriver.line("b", "small"));

        assertThat(router.lookups()).hasSize(1);
    }

    @Test
    void ownModeOfAJobWins() {
        policy(Optional.of(CacheMode.EXACT), Optional.empty());

        send("acme", asking("none", "a"));

        assertThat(router.lookups()).isEmpty();
    }

    @Test
    void sharingRuleGivesTenantsTheSameKey() {
        policy(Optional.empty(), Optional.of(true));

        send("acme", asking("exact", "a"));
        send("beta", asking("exact", "b"));

        List<@Nullable String> keys = keys();
        assertThat(keys).hasSize(2);
        assertThat(keys.getFirst()).isEqualTo(keys.getLast());
    }

    @Test
    void tenantsShareNothingWithoutSuchARule() {
        policy(Optional.of(CacheMode.EXACT), Optional.empty());

        send("acme", RouterDriver.line("a", "auto"));
        send("beta", RouterDriver.line("b", "auto"));

        assertThat(keys()).hasSize(2).doesNotHaveDuplicates();
    }
}
