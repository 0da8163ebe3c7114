package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.contracts.topic.TopicSpec.Growth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPlanTest {
    private static List<TopicSpec> plan(String yaml) {
        return TopicPlan.of(new ConfigLoader(Map.of()).parse("test", yaml).withSimulator());
    }

    private static TopicSpec jobs(String yaml) {
        return plan(yaml).stream()
                .filter(topic -> topic.name().contains(".jobs."))
                .findFirst()
                .orElseThrow();
    }

    @Nested
    class AJobTopic {
        @Test
        void hasUnlimitedRetention() {
            assertThat(jobs("").configs())
                    .containsEntry("retention.ms", "-1")
                    .containsEntry("cleanup.policy", "delete");
        }

        @ParameterizedTest
        @CsvSource({"1MiB,67108864", "64MiB,134479872", "1GiB,2147483647"})
        void hasSmallSegmentsWithRoomForTwoOfTheLargestRecords(String largest, String segment) {
            assertThat(jobs("topics: { max_request_bytes: " + largest + " }").configs())
                    .containsEntry("segment.bytes", segment);
        }

        @Test
        void getsMorePartitions() {
            assertThat(jobs("").growth()).isEqualTo(Growth.ADDED);
        }
    }

    @Nested
    class TheTopicsOnDemand {
        @Test
        void areThoseOfAllLanesButNormalAsPlanned() {
            var config = new ConfigLoader(Map.of()).parse("test", "").withSimulator();
            var onDemand = TopicPlan.onDemand(config);

            assertThat(onDemand.keySet())
                    .hasSize(5 * config.modelsInService().size())
                    .allMatch(
                            it ->
                                    it.matches(
                                            "millrace\\.jobs\\..*\\.(express|critical|high|low|bulk)"));
            assertThat(TopicPlan.of(config)).containsAll(onDemand.values());
        }
    }

    @Nested
    class ARequestTopic {
        private TopicSpec requests(String yaml) {
            return plan(yaml).getFirst();
        }

        @ParameterizedTest
        @CsvSource({"1MiB,67108864", "64MiB,134348800", "1GiB,2147483647"})
        void hasSmallSegmentsWithRoomForTwoOfTheLargestRecords(String largest, String segment) {
            assertThat(requests("topics: { max_request_bytes: " + largest + " }").configs())
                    .containsEntry("segment.bytes", segment);
        }

        @Test
        void mustNotGrow() {
            assertThat(requests("").growth()).isEqualTo(Growth.ACCEPTED);
        }
    }

    @Nested
    class TheControlTopic {
        @Test
        void hasSmallSegmentsForPromptCompaction() {
            assertThat(plan(""))
                    .filteredOn(topic -> topic.name().equals("millrace.control"))
                    .singleElement()
                    .satisfies(
                            topic ->
                                    assertThat(topic.configs())
                                            .containsEntry("cleanup.policy", "compact")
                                            .containsEntry("segment.bytes", "16777216"));
        }
    }

    @Nested
    class TheQuotaTopic {
        @Test
        void datesRecordsByTheBrokersClockAndKeepsThemBriefly() {
            assertThat(plan(""))
                    .filteredOn(topic -> topic.name().equals("millrace.quota"))
                    .singleElement()
                    .satisfies(
                            topic ->
                                    assertThat(topic.configs())
                                            .containsEntry(
                                                    "message.timestamp.type", "LogAppendTime")
                                            .containsEntry("retention.ms", "3600000"));
        }
    }

    @Nested
    class ATopicOfOutputs {
        private static String retention(String name, String yaml) {
            return plan(yaml).stream()
                    .filter(topic -> topic.name().equals("millrace." + name))
                    .map(topic -> topic.configs().getOrDefault("retention.ms", "none"))
                    .findFirst()
                    .orElseThrow();
        }

        @ParameterizedTest
        @ValueSource(strings = {"results", "costs", "dead-letters", "batches"})
        void keepsRecordsForTheConfiguredRetention(String name) {
            assertThat(retention(name, "")).isEqualTo("604800000");
            assertThat(retention(name, "topics: { retention: 2d }")).isEqualTo("172800000");
        }
    }

    @Nested
    class TheTopicsOfManifestsCommandsAndRequests {
        @ParameterizedTest
        @ValueSource(
                strings = {"batches", "control", "requests", "submissions", "jobs.gpt-4.1.express"})
        void dateRecordsByTheBrokersClock(String name) {
            assertThat(plan(""))
                    .filteredOn(topic -> topic.name().equals("millrace." + name))
                    .singleElement()
                    .satisfies(
                            topic ->
                                    assertThat(topic.configs())
                                            .containsEntry(
                                                    "message.timestamp.type", "LogAppendTime"));
        }
    }

    @Nested
    class TheTopicOfChunks {
        private static TopicSpec topic(String name) {
            return plan("topics: { partitions: 5 }").stream()
                    .filter(topic -> topic.name().equals("millrace." + name))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void keepsChunksBriefly() {
            assertThat(topic("chunks").configs())
                    .containsEntry("retention.ms", "600000")
                    .containsEntry("segment.ms", "300000")
                    .containsEntry("cleanup.policy", "delete");
        }

        @Test
        void hasAsManyPartitionsAsTheResults() {
            assertThat(topic("chunks").partitions()).isEqualTo(topic("results").partitions());
            assertThat(topic("chunks").growth()).isEqualTo(Growth.KEYED);
        }
    }

    @Nested
    class ATopicOfTheCacheOrOfParts {
        private static TopicSpec topic(String name) {
            return plan("topics: { partitions: 5, max_response_bytes: 64MiB }").stream()
                    .filter(topic -> topic.name().equals("millrace." + name))
                    .findFirst()
                    .orElseThrow();
        }

        @ParameterizedTest
        @ValueSource(strings = {"lookups", "answers", "parts"})
        void hasAFixedNumberOfPartitions(String name) {
            assertThat(topic(name).partitions()).isEqualTo(5);
            assertThat(topic(name).growth()).isNotEqualTo(Growth.ADDED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"lookups", "answers", "parts"})
        void keepsRecordsUntilTheRouterDeletesThem(String name) {
            assertThat(topic(name).configs())
                    .containsEntry("retention.ms", "-1")
                    .containsEntry("cleanup.policy", "delete")
                    .containsKey("segment.bytes");
        }

        @Test
        void lookupsAreAsLargeAsJobs() {
            assertThat(topic("lookups").configs().get("max.message.bytes"))
                    .isEqualTo(topic("jobs.gpt-4.1.normal").configs().get("max.message.bytes"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"answers", "parts"})
        void answersAreAsLargeAsResults(String name) {
            assertThat(topic(name).configs().get("max.message.bytes"))
                    .isEqualTo(topic("results").configs().get("max.message.bytes"));
        }
    }

    @Nested
    class ATopicOfBudgets {
        private static TopicSpec topic(String name) {
            return plan("topics: { partitions: 5 }").stream()
                    .filter(topic -> topic.name().equals("millrace." + name))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void reportsHaveOnePartition() {
            assertThat(topic("budget-reports").partitions()).isEqualTo(1);
            assertThat(topic("budget-reports").growth()).isEqualTo(Growth.ACCEPTED);
        }

        @Test
        void grantsHaveThePartitionsOfRequests() {
            assertThat(topic("budget-grants").partitions()).isEqualTo(5);
            assertThat(topic("budget-grants").growth()).isEqualTo(Growth.ACCEPTED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"budget-reports", "budget-grants"})
        void keepsRecordsUntilTheRouterDeletesThem(String name) {
            assertThat(topic(name).configs()).containsEntry("retention.ms", "-1");
        }
    }

    @Nested
    class ATopicThatTheRouterWritesTo {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "results",
                    "costs",
                    "dead-letters",
                    "lookups",
                    "parts",
                    "budget-reports",
                    "budget-grants",
                    "retrievals",
                    "retrieved",
                    "jobs.gpt-4.1.bulk"
                })
        void acceptsRecordsOfAnyAge(String name) {
            assertThat(plan(""))
                    .filteredOn(topic -> topic.name().equals("millrace." + name))
                    .singleElement()
                    .satisfies(
                            topic ->
                                    assertThat(topic.configs())
                                            .containsEntry(
                                                    "message.timestamp.before.max.ms",
                                                    Long.toString(Long.MAX_VALUE)));
        }
    }

    @Nested
    class AModel {
        @Test
        void hasATopicForEachLane() {
            assertThat(plan(""))
                    .extracting(TopicSpec::name)
                    .filteredOn(name -> name.startsWith("millrace.jobs.gpt-4.1."))
                    .containsExactly(
                            "millrace.jobs.gpt-4.1.express",
                            "millrace.jobs.gpt-4.1.critical",
                            "millrace.jobs.gpt-4.1.high",
                            "millrace.jobs.gpt-4.1.normal",
                            "millrace.jobs.gpt-4.1.low",
                            "millrace.jobs.gpt-4.1.bulk");
        }

        @Test
        void hasHalfThePartitionsInLanesForFewJobs() {
            assertThat(plan("topics: { partitions: 5 }"))
                    .filteredOn(topic -> topic.name().startsWith("millrace.jobs.gpt-4.1."))
                    .extracting(TopicSpec::partitions)
                    .containsExactly(3, 3, 3, 5, 3, 5);
        }
    }

    @Nested
    class AnyOtherTopic {
        @Test
        void usesTheBrokersSegmentSize() {
            assertThat(plan(""))
                    .filteredOn(topic -> !topic.name().contains(".jobs."))
                    .filteredOn(topic -> !topic.name().endsWith(".requests"))
                    .filteredOn(topic -> !topic.name().endsWith(".lookups"))
                    .filteredOn(topic -> !topic.name().endsWith(".answers"))
                    .filteredOn(topic -> !topic.name().endsWith(".parts"))
                    .filteredOn(topic -> !topic.name().contains(".budget-"))
                    .filteredOn(topic -> !topic.name().contains(".retriev"))
                    .filteredOn(topic -> !topic.name().endsWith(".documents"))
                    .filteredOn(topic -> !topic.name().endsWith(".control"))
                    .filteredOn(topic -> !topic.name().endsWith(".chunks"))
                    .filteredOn(topic -> !topic.name().endsWith(".submissions"))
                    .isNotEmpty()
                    .allSatisfy(
                            topic ->
                                    assertThat(topic.configs()).doesNotContainKey("segment.bytes"));
        }
    }
}
