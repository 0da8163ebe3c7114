package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SplitTaskTest {
    private static final Doc REPORT = Doc.of("report", 3);
    private static final Doc BOOK = Doc.of("book", 150);

    private final SplitWorld world = new SplitWorld();

    private static String body(PlannedJob part) {
        return new String(part.bytes(), UTF_8);
    }

    private String error(Doc doc) {
        return world.result(doc).get("millrace").get("error_code").asString();
    }

    @Nested
    class AJobWithALongDocument {
        @Test
        void sendsItsPartsAsJobsOfItsTenant() {
            world.submit(REPORT);

            assertThat(world.called.values())
                    .hasSize(3)
                    .allSatisfy(
                            it -> {
                                assertThat(it.headers().parent()).isEqualTo(REPORT.id());
                                assertThat(it.headers().tenant()).isEqualTo("t");
                                assertThat(it.headers().line()).isNull();
                                assertThat(it.headers().answerWait().streamsChunks()).isFalse();
                                assertThat(it.identity().parent()).isEqualTo(REPORT.id());
                                assertThat(body(it)).contains("Summarize.");
                            });
            assertThat(body(world.firstCalled())).contains("word00000", "word00002");
            assertThat(body(world.firstCalled())).doesNotContain("word00003");
        }

        @Test
        void sendsABoundedNumberOfPartsAtOnce() {
            world.submit(BOOK);

            assertThat(world.called).hasSize(PartSender.MAX_RUNNING);
            while (world.called.size() > PartSender.FEW_RUNNING + 1) {
                world.end(world.answer(world.firstCalled(), 1, "yes"));
            }
            assertThat(world.sent).isEqualTo(PartSender.MAX_RUNNING);
            world.end(world.answer(world.firstCalled(), 1, "yes"));
            assertThat(world.called).hasSize(PartSender.MAX_RUNNING);
        }

        @Test
        void isAnsweredByTheJobThatJoinsTheAnswers() {
            world.submit(REPORT);
            for (String text : List.of("one", "two", "three")) {
                world.end(world.answer(world.firstCalled(), 1, text));
            }

            assertThat(body(world.firstCalled()))
                    .contains("Summarize.", "[1 of 3]\\none", "[2 of 3]\\ntwo", "[3 of 3]\\nthree")
                    .doesNotContain("word00");
            world.end(world.answer(world.firstCalled(), 1, "all"));

            JsonNode result = world.result(REPORT);
            assertThat(result.at("/response/body/choices/0/message/content").asString())
                    .isEqualTo("all");
            assertThat(result.at("/custom_id").asString()).isEqualTo("report");
            assertThat(result.at("/millrace/line").asInt()).isEqualTo(3);
            assertThat(result.at("/millrace/attempts").asInt()).isEqualTo(4);
            assertThat(result.at("/millrace/cost_usd").decimalValue()).isEqualByComparingTo("0.04");
            assertThat(result.at("/millrace/split/parts")).hasSize(3);
            assertThat(result.at("/millrace/split/levels").asInt()).isEqualTo(1);
            assertThat(world.reportedEnds).hasSize(4);
        }

        @Test
        void joinsAnswersThatAreListsOfTexts() {
            world.submit(Doc.of("report", 2));
            String content = "[{\"type\":\"text\",\"text\":\"a list\"}]";
            world.end(world.content(world.firstCalled(), content));
            world.end(world.content(world.firstCalled(), content));

            assertThat(body(world.firstCalled())).contains("[1 of 2]\\na list");
        }

        @Test
        void joinsManyAnswersAsATree() {
            world.submit(BOOK);
            world.answerAll();

            JsonNode split = world.result(BOOK).at("/millrace/split");
            assertThat(split.get("levels").asInt()).isGreaterThan(2);
            assertThat(split.get("reducers").asInt()).isEqualTo(world.sent - 150);
            assertThat(world.entries.approximateNumEntries()).isEqualTo(1);
        }

        @Test
        void isNotLostWhileItsPartsAreCalled() {
            world.submit(REPORT);
            long now = world.clock.instant().toEpochMilli();
            world.clock.advance(Duration.ofDays(30));

            assertThat(world.oldest.bound(() -> Long.MAX_VALUE).getAsLong()).isLessThan(now);
            world.answerAll();
            assertThat(world.oldest.bound(() -> 5).getAsLong()).isEqualTo(5);
        }

        @Test
        void hasTheWholeRestForItsPromptOfItsOwn() {
            var doc = new Doc("own", 2, "{\"reduce\":\"Join them!\"}", false, null);
            world.submit(doc);
            world.end(world.answer(world.firstCalled(), 1, "a"));
            world.end(world.answer(world.firstCalled(), 1, "b"));

            assertThat(body(world.firstCalled())).contains("\"Join them!\\n\\n[1 of 2]\\na");
        }
    }

    @Nested
    class AFailedPart {
        @Test
        void failsTheJobWhenNoPartIsCalledAnyMore() {
            world.submit(BOOK);
            world.end(world.failure(world.firstCalled(), ErrorCode.CONTENT_FILTERED));

            assertThat(world.hasEnded(BOOK)).isFalse();
            int sent = world.sent;
            world.answerAll();

            assertThat(world.sent).isEqualTo(sent);
            assertThat(error(BOOK)).isEqualTo("content_filtered");
            assertThat(world.result(BOOK).at("/error/message").asString())
                    .isEqualTo("part 1 of 150 failed: it did not work");
            assertThat(world.result(BOOK).at("/millrace/attempts").asInt()).isEqualTo(64);
            assertThat(world.entries.approximateNumEntries()).isEqualTo(1);
        }

        @Test
        void isLeftOutIfTheJobSaysSo() {
            Doc doc = REPORT.omitting();
            world.submit(doc);
            world.end(world.answer(world.firstCalled(), 1, "one"));
            world.end(world.failure(world.firstCalled(), ErrorCode.TIMEOUT));
            world.end(world.answer(world.firstCalled(), 1, "three"));

            assertThat(body(world.firstCalled()))
                    .contains("[2 of 3] This part could not be processed");
            world.answerAll();
            assertThat(world.result(doc).at("/millrace/split/omitted"))
                    .hasToString("[{\"part\":2,\"error_code\":\"timeout\"}]");
            assertThat(world.result(doc).at("/error").isNull()).isTrue();
        }

        @Test
        void failsTheJobIfAllPartsFail() {
            Doc doc = REPORT.omitting();
            world.submit(doc);
            while (!world.called.isEmpty()) {
                world.end(world.failure(world.firstCalled(), ErrorCode.TIMEOUT));
            }

            assertThat(error(doc)).isEqualTo("timeout");
            assertThat(world.result(doc).at("/error/message").asString())
                    .isEqualTo("all 3 parts of the document failed");
        }

        @Test
        void withoutAResultFailsTheJob() {
            world.submit(Doc.of("two", 2));
            PartReply reply = world.failure(world.firstCalled(), ErrorCode.MALFORMED_REQUEST);
            world.end(new PartReply(reply.parent(), null, reply.end()));
            world.answerAll();

            assertThat(error(Doc.of("two", 2))).isEqualTo("malformed_request");
        }

        @Test
        void thatJoinsAnswersFailsTheJobEvenIfPartsMayBeLeftOut() {
            Doc doc = REPORT.omitting();
            world.submit(doc);
            for (int i = 0; i < 3; i++) {
                world.end(world.answer(world.firstCalled(), 1, "yes"));
            }
            world.end(world.failure(world.firstCalled(), ErrorCode.TIMEOUT));

            assertThat(error(doc)).isEqualTo("timeout");
        }
    }

    @Nested
    class AnswersThatAreTooLong {
        @Test
        void failTheJobIfNoTwoCanBeJoined() {
            world.submit(REPORT);
            for (int i = 0; i < 3; i++) {
                world.end(world.answer(world.firstCalled(), 1, "long ".repeat(150)));
            }

            assertThat(error(REPORT)).isEqualTo("context_length_exceeded");
        }
    }

    @Nested
    class AnOperator {
        @Test
        void cancelsTheJobWithAllItsParts() {
            world.submit(BOOK);
            var command = new OperatorCommand(world.clock.instant(), "me");
            var published = command.record(new ControlKey.CancelJob(BOOK.id()));
            world.control = world.control.with(published.key().text(), published.value());
            world.tick();

            assertThat(world.hasEnded(BOOK)).isFalse();
            while (!world.called.isEmpty()) {
                world.end(world.failure(world.firstCalled(), ErrorCode.CANCELLED));
            }
            assertThat(error(BOOK)).isEqualTo("cancelled");
            assertThat(world.sent).isEqualTo(PartSender.MAX_RUNNING);
        }

        @Test
        void cancelsAJobWhileTheCallsOfALargeOneAreRunning() {
            boolean isBookFirst = BOOK.id().value().compareTo(REPORT.id().value()) < 0;
            Doc first = isBookFirst ? BOOK : REPORT;
            Doc second = isBookFirst ? REPORT : BOOK;
            PlannedRecord large = first.job(world.clock.instant());
            var headers = new RecordHeaders();
            headers.add("large", new byte[9 << 20]);
            world.submit(
                    new PlannedRecord(
                            large.job(), null, headers, large.timestamp(), large.sinceMillis()));
            world.submit(second);
            for (Doc doc : List.of(first, second)) {
                var command = new OperatorCommand(world.clock.instant(), "me");
                var published = command.record(new ControlKey.CancelJob(doc.id()));
                world.control = world.control.with(published.key().text(), published.value());
            }
            for (int i = 0; i < 5; i++) {
                world.tick();
            }
            List.copyOf(world.called.values()).stream()
                    .filter(it -> second.id().equals(it.headers().parent()))
                    .forEach(it -> world.end(world.answer(it, 1, "yes")));

            assertThat(error(second)).isEqualTo("cancelled");
        }

        @Test
        void whoTakesTheModelOutOfServiceEndsTheJob() {
            world.submit(BOOK);
            world.modelRefusal = new Rejection(ErrorCode.UNKNOWN_MODEL, "it is gone", null);
            world.answerAll();

            assertThat(error(BOOK)).isEqualTo("unknown_model");
        }
    }

    @Nested
    class ADeadline {
        @Test
        void stopsFurtherParts() {
            Doc doc = BOOK.until(world.clock.instant().plusSeconds(60));
            world.submit(doc);
            world.clock.advance(Duration.ofSeconds(61));
            world.tick();
            world.answerAll();

            assertThat(error(doc)).isEqualTo("deadline_exceeded");
            assertThat(world.sent).isEqualTo(PartSender.MAX_RUNNING);
            assertThat(world.entries.approximateNumEntries()).isEqualTo(1);
        }
    }

    @Nested
    class ALostPart {
        @Test
        void ofAFailingJobIsNotSentAgain() {
            world.submit(REPORT);
            PlannedJob lost = world.firstCalled();
            world.called.remove(lost.identity().jobId());
            world.end(world.failure(world.firstCalled(), ErrorCode.TIMEOUT));
            world.answerAll();
            assertThat(world.hasEnded(REPORT)).isFalse();
            world.findLost();

            assertThat(error(REPORT)).isEqualTo("timeout");
            assertThat(world.sent).isEqualTo(3);
        }

        @Test
        void isNotSentAgainIfItsModelIsOutOfService() {
            world.submit(REPORT);
            world.called.clear();
            world.modelRefusal = new Rejection(ErrorCode.UNKNOWN_MODEL, "it is gone", null);
            world.findLost();

            assertThat(error(REPORT)).isEqualTo("unknown_model");
            assertThat(world.sent).isEqualTo(3);
        }

        @Test
        void isSentAgain() {
            world.submit(REPORT);
            PlannedJob lost = world.firstCalled();
            world.called.remove(lost.identity().jobId());
            world.end(world.answer(world.firstCalled(), 1, "two"));
            var still = List.copyOf(world.called.values());
            world.findLost();

            assertThat(world.called).containsKey(lost.identity().jobId());
            assertThat(body(Objects.requireNonNull(world.called.get(lost.identity().jobId()))))
                    .isEqualTo(body(lost));
            assertThat(world.called).hasSize(still.size() + 1);
            world.answerAll();
            assertThat(world.result(REPORT).at("/error").isNull()).isTrue();
        }
    }

    @Nested
    class AJobWithAHighestCost {
        private final Doc doc = REPORT.bounded();

        private BigDecimal reserved() {
            return world.called.values().stream()
                    .map(it -> Objects.requireNonNull(it.headers().costLimit()))
                    .map(JobCostLimit::reservedUsd)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        @Test
        void leavesEnoughForEachCall() {
            world.submit(doc);

            assertThat(reserved())
                    .isEqualByComparingTo(Doc.ATTEMPT_USD.multiply(BigDecimal.valueOf(3)));
            world.answerAll();
            assertThat(world.result(doc).at("/error").isNull()).isTrue();
            assertThat(world.finalOf(doc).reservedUsd())
                    .isEqualByComparingTo(doc.limit().reservedUsd());
        }

        @Test
        void waitsForWhatRunningCallsDoNotNeed() {
            world.submit(doc.job(world.clock.instant(), "0.06"));

            assertThat(world.called).hasSize(2);
            world.answerAll();
            assertThat(world.result(doc).at("/error").isNull()).isTrue();
        }

        @Test
        void failsIfALostPartHasTakenWhatItsNextCallNeeds() {
            world.submit(doc.job(world.clock.instant(), "0.09"));
            world.called.remove(world.firstCalled().identity().jobId());
            world.findLost();
            world.answerAll();

            assertThat(error(doc)).isEqualTo("budget_exceeded");
            assertThat(world.sent).isEqualTo(3);
        }
    }

    @Nested
    class ARepeatedReport {
        @Test
        void doesNotCountTwice() {
            world.submit(REPORT);
            PartReply reply = world.answer(world.firstCalled(), 1, "one");
            world.end(reply);
            world.read(reply);
            world.commit();
            world.answerAll();

            assertThat(world.result(REPORT).at("/millrace/attempts").asInt()).isEqualTo(4);
        }
    }
}
