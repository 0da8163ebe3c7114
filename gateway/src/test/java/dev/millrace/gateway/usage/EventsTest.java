package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostKind;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.usage.StateSource.StateUnavailableException;
import dev.millrace.store.fixture.TestDatabase;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stream of figures for the dashboard. */
class EventsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir Path folder;

    private TestDatabase store() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches()
                .job("acme", "b", 1, "0.1")
                .job("acme", "b", 2, "0.2")
                .job("acme", "b", 3, null, CostKind.SAVED, "0.3")
                .job("globex", "secret", 4, "timeout", CostKind.UNCERTAIN, "0.00000000000000000077")
                .deadLetter("globex", "secret", 5, "duplicate", "{}".getBytes(UTF_8))
                .storeIn(database);
        return database;
    }

    /** Returns the data of the first event of each type, after the first full round of events. */
    private static Map<String, String> round(RunningApi api, String... headers) throws Exception {
        var events = new HashMap<String, String>();
        try (var lines =
                new BufferedReader(new InputStreamReader(api.open("/events", headers), UTF_8))) {
            String type = "";
            for (String line = lines.readLine(); !":".equals(line); line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    type = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    events.putIfAbsent(type, line.substring("data: ".length()));
                }
            }
        }
        return events;
    }

    @Test
    void figuresEqualTheStoredRowsAndTheirDescription() throws Exception {
        try (var api = RunningApi.withoutKeys(store(), List.of(), () -> RunningApi.STATE)) {
            Map<String, String> events = round(api);

            assertThat(events).containsOnlyKeys("live", "state", "recent");
            assertThat(
                            RunningApi.problems(
                                    events.getOrDefault("live", ""),
                                    "#/components/schemas/LiveFigures"))
                    .isEmpty();
            assertThat(
                            RunningApi.problems(
                                    events.getOrDefault("recent", ""),
                                    "#/components/schemas/RecentFigures"))
                    .isEmpty();
            JsonNode today = JSON.readTree(events.getOrDefault("live", "")).path("today");
            assertThat(events.get("live"))
                    .contains("\"cost_usd\":0.3,\"uncertain_usd\":0.00000000000000000077");
            assertThat(today.path("saved_usd").asString()).isEqualTo("0.3");
            assertThat(today.path("jobs").asLong()).isEqualTo(4);
            assertThat(today.path("uncertain_attempts").asLong()).isEqualTo(1);
            assertThat(today.path("tenants").size()).isEqualTo(2);
            JsonNode recent = JSON.readTree(events.getOrDefault("recent", ""));
            assertThat(recent.path("errors").toString())
                    .isEqualTo(
                            "[{\"code\":\"duplicate\",\"jobs\":0,\"dead_letters\":1},"
                                    + "{\"code\":\"timeout\",\"jobs\":1,\"dead_letters\":0}]");
            assertThat(recent.path("failures").get(0).path("code").asString())
                    .isEqualTo("duplicate");
            assertThat(recent.path("failures").get(1).path("custom_id").asString())
                    .isEqualTo("custom-4");
        }
    }

    @Test
    void keyOfATenantGetsOnlyItsFiguresAndNoState() throws Exception {
        try (var api = RunningApi.withKeys(store())) {
            Map<String, String> events =
                    round(api, "Authorization", "Bearer " + RunningApi.ACME_KEY);

            assertThat(events).containsOnlyKeys("live", "recent");
            assertThat(events.toString()).doesNotContain("globex").doesNotContain("secret");
            assertThat(
                            JSON.readTree(events.getOrDefault("live", ""))
                                    .path("today")
                                    .path("jobs")
                                    .asLong())
                    .isEqualTo(3);
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void streamEndsOnceItsKeyIsRevoked() throws Exception {
        var isRevoked = new AtomicBoolean();
        var limits =
                new CallerLimits() {
                    @Override
                    public boolean permits(String model) {
                        return true;
                    }

                    @Override
                    public Admission admit(long tokens) {
                        return _ -> {};
                    }

                    @Override
                    public boolean isInForce() {
                        return !isRevoked.get();
                    }

                    @Override
                    public Map<String, String> headers(ApiStyle style) {
                        return Map.of();
                    }
                };
        try (var api = RunningApi.withLimits(store(), limits);
                InputStream events = api.open("/events")) {
            isRevoked.set(true);

            assertThat(new String(events.readAllBytes(), UTF_8)).contains("event: live");
        }
    }

    @Test
    void partThatCannotBeReadIsReportedAndTheOthersFollow() throws Exception {
        StateSource broken =
                () -> {
                    throw new StateUnavailableException("the cluster does not answer");
                };
        try (var api = RunningApi.withoutKeys(store(), List.of(), broken)) {
            Map<String, String> events = round(api);

            assertThat(events).containsOnlyKeys("live", "recent", "problem");
            assertThat(events.get("problem"))
                    .isEqualTo("{\"part\":\"state\",\"message\":\"the cluster does not answer\"}");
        }
    }

    @Test
    void tenantCannotTakeTheStreamsOfOthers() throws Exception {
        String[] acme = {"Authorization", "Bearer " + RunningApi.ACME_KEY};
        try (var api = RunningApi.withKeys(store())) {
            var streams = new ArrayList<InputStream>();
            for (int i = 0; i < 8; i++) {
                streams.add(api.open("/events", acme));
            }

            RunningApi.error(503, api.get("/events", acme));
            RunningApi.error(503, api.getAs(RunningApi.ACME_OPERATOR_KEY, "/events"));
            assertThat(round(api, "Authorization", "Bearer " + RunningApi.ALL_KEY))
                    .containsKey("live");
            for (InputStream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void pageOfAnotherSiteCannotOpenAStream() throws Exception {
        try (var api = RunningApi.withoutKeys(store(), List.of(), () -> RunningApi.STATE)) {
            RunningApi.error(403, api.get("/events", "Sec-Fetch-Site", "cross-site"));
        }
    }

    @Test
    void streamEndsWhenTheServerStops() throws Exception {
        RunningApi api = RunningApi.withoutKeys(store(), List.of(), () -> RunningApi.STATE);
        try (var stream = api.open("/events")) {
            assertThat(stream.read()).isEqualTo('e');
            api.close();

            assertThat(stream.readAllBytes()).isNotEmpty();
        }
    }
}
