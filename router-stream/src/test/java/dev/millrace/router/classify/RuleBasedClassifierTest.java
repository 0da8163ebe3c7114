package dev.millrace.router.classify;

import static dev.millrace.router.classify.Requests.NOW;
import static dev.millrace.router.classify.Requests.chat;
import static dev.millrace.router.classify.Requests.line;
import static dev.millrace.router.classify.Requests.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBasedClassifierTest {
    private final Classifier classifier = Classifier.load(List.of());

    private Profile profile(RequestLine line) {
        return classifier.classify(line, NOW);
    }

    @Test
    void ruleBasedClassifierIsTheDefault() {
        assertThat(classifier).isInstanceOf(RuleBasedClassifier.class);
    }

    @Nested
    class ComplexityRule {
        @ParameterizedTest
        @CsvSource({
            "0, SIMPLE",
            "14, SIMPLE",
            "15, MODERATE",
            "49, MODERATE",
            "50, COMPLEX",
            "900, COMPLEX"
        })
        void wordCountDecides(int words, Complexity complexity) {
            Profile profile = profile(chat(words(words)));

            assertThat(profile.needsReasoning()).isFalse();
            assertThat(profile.complexity()).isEqualTo(complexity);
        }

        @ParameterizedTest
        @CsvSource({"1, MODERATE", "14, MODERATE", "15, MODERATE", "49, MODERATE", "50, COMPLEX"})
        void reasoningWordMakesAShortQuestionModerate(int words, Complexity complexity) {
            Profile profile = profile(chat(words(words - 1) + " Why?"));

            assertThat(profile.needsReasoning()).isTrue();
            assertThat(profile.complexity()).isEqualTo(complexity);
        }

        @Test
        void endOfALongQuestionIsRead() {
            assertThat(profile(chat(words(100_000) + " explain")).needsReasoning()).isTrue();
        }

        @Test
        void middleOfALongQuestionIsSkipped() {
            String text = words(100_000) + " explain " + words(100_000);

            assertThat(profile(chat(text)).needsReasoning()).isFalse();
        }
    }

    @Nested
    class LastUserMessage {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/chat/completions|'messages':[{'role':'user','content':'hi'},{'role':'assistant','content':'x'},{'role':'user','content':'Why?'}]",
                    "/v1/chat/completions|'messages':[{'content':[{'type':'text','text':'see'},{'text':'why','type':'text'}],'role':'user'},{'role':'assistant','content':'x'}]",
                    "/v1/chat/completions|'messages':[{'role':'system','content':'Say why.'}]",
                    "/v1/responses|'input':'Why?'",
                    "/v1/responses|'instructions':'Be short','input':[{'role':'user','content':[{'type':'input_text','text':'Why?'}]},{'type':'function_call_output','call_id':'1','output':'42'}]",
                    "/v1/completions|'prompt':'Why?'",
                    "/v1/completions|'prompt':['What','Why?']",
                    "/v1/embeddings|'input':'Why?'",
                    "/v1/embeddings|'input':['What','Why?']",
                    "/v1/messages|'system':'Be short','messages':[{'role':'user','content':'Why?'}],'max_tokens':9",
                    "/v1/messages|'messages':[{'role':'user','content':[{'type':'text','text':'Why?'}]},{'role':'assistant','content':[{'type':'tool_use','id':'t','name':'f','input':{'text':'x'}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'t','content':'42'}]}]",
                })
        void rulesReadTheLastUserMessage(String request) {
            String[] parts = request.split("\\|", 2);

            Profile profile = profile(line(parts[0], parts[1]));

            assertThat(profile.needsReasoning()).isTrue();
            assertThat(profile.complexity()).isEqualTo(Complexity.MODERATE);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/chat/completions|'messages':[{'role':'user','content':'Why?'},{'role':'user','content':'go on'}]",
                    "/v1/chat/completions|'messages':[{'role':'system','content':'Explain'},{'role':'user','content':'hi'},{'role':'assistant','content':'why'}]",
                    "/v1/responses|'instructions':'explain','input':'hi'",
                    "/v1/chat/completions|'messages':[{'role':'user','content':'hi'}],'tools':[{'type':'function','function':{'name':'why','description':'explain'}}]",
                    "/v1/messages|'system':'explain','messages':[{'role':'user','content':[{'type':'document','source':{'type':'text','media_type':'text/plain','data':'why'}},{'type':'text','text':'hi'}]}]",
                })
        void rulesIgnoreTheRestOfTheRequest(String request) {
            String[] parts = request.split("\\|", 2);

            Profile profile = profile(line(parts[0], parts[1]));

            assertThat(profile.needsReasoning()).isFalse();
            assertThat(profile.complexity()).isEqualTo(Complexity.SIMPLE);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/chat/completions|'messages':[]",
                    "/v1/chat/completions|'messages':null",
                    "/v1/chat/completions|'messages':{'role':'user','content':'why'}",
                    "/v1/chat/completions|'messages':[1,null,[2,['x']],{'role':7,'content':{}}]",
                    "/v1/chat/completions|'messages':[{'role':{'a':1},'content':[null,3,[]]}]",
                    "/v1/chat/completions|'prompt':'Why?'",
                    "/v1/responses|'input':{}",
                    "/v1/completions|'prompt':[1,2,3]",
                    "/v1/embeddings|'input':[[1,2],[3]]",
                    "/v1/chat/completions|'x':1",
                })
        void requestWithoutTextIsSimple(String request) {
            String[] parts = request.split("\\|", 2);

            Profile profile = profile(line(parts[0], parts[1]));

            assertThat(profile.complexity()).isEqualTo(Complexity.SIMPLE);
            assertThat(profile.language()).isEmpty();
        }
    }

    @Nested
    class LatencySensitivity {
        @ParameterizedTest
        @ValueSource(strings = {"This is URGENT!", "reply asap", "Urgently needed"})
        void urgentWordMakesAJobLatencySensitive(String text) {
            assertThat(profile(chat(text)).isLatencySensitive()).isTrue();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"priority\":\"critical\"} | false",
                    "{\"deadline\":\"2026-11-20T12:05:00Z\"} | true",
                    "{\"deadline\":\"2026-11-20T12:05:01Z\"} | false",
                    "{\"deadline\":\"2026-11-20T11:00:00Z\"} | true",
                    "{} | false",
                })
        void aNearDeadlineDecidesAndNoPriority(String options, boolean isSensitive) {
            assertThat(profile(chat("hi", options)).isLatencySensitive()).isEqualTo(isSensitive);
        }
    }

    @Nested
    class Task {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "Hello there | CHAT",
                    "Translate this into French: the code is long | TRANSLATION",
                    "Please summarise the following | SUMMARIZATION",
                    "Classify this ticket | CLASSIFICATION",
                    "What is the sentiment? | CLASSIFICATION",
                    "Extract all names | EXTRACTION",
                    "Solve x + 1 = 2 | MATH",
                    "Write some Python | CODE",
                    "Fix this: ```int x``` | CODE",
                    "Summarize this: ```int x``` | SUMMARIZATION",
                })
        void wordOrStructureDecides(String text, TaskType task) {
            assertThat(profile(chat(text)).task()).isEqualTo(task);
        }

        @Test
        void answerWithASchemaIsExtraction() {
            String body =
                    "'messages':[{'role':'user','content':'hi'}],"
                            + "'response_format':{'type':'json_schema','json_schema':{'name':'a'}}";

            assertThat(profile(line("/v1/chat/completions", body)).task())
                    .isEqualTo(TaskType.EXTRACTION);
        }

        @Test
        void embeddingsUrlIsEmbedding() {
            assertThat(profile(line("/v1/embeddings", "'input':'translate'")).task())
                    .isEqualTo(TaskType.EMBEDDING);
        }
    }

    @Nested
    class Capabilities {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '"',
                value = {
                    "/v1/chat/completions | 'messages':[],'tools':[{'type':'function','function':{'name':'f'}}] | TOOLS",
                    "/v1/chat/completions | 'messages':[],'functions':[{'name':'f'}] | TOOLS",
                    "/v1/chat/completions | 'messages':[],'tools':[] | ",
                    "/v1/messages | 'messages':[],'tools':[{'name':'f','input_schema':{}}] | TOOLS",
                    "/v1/chat/completions | 'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a/b.png'}}]}] | IMAGES",
                    "/v1/responses | 'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:image/png;base64,AAAA'}]}] | IMAGES",
                    "/v1/responses | 'input':[{'role':'user','content':[{'type':'input_image','file_id':'f-1'}]}] | IMAGES",
                    "/v1/messages | 'messages':[{'role':'user','content':[{'type':'image','source':{'type':'url','url':'https://a/b'}}]}] | IMAGES",
                    "/v1/messages | 'messages':[{'role':'user','content':[{'source':{'type':'base64','media_type':'image/png','data':'AAAA'}}]}] | IMAGES",
                    "/v1/messages | 'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'AAAA'}}]}] | ",
                    "/v1/chat/completions | 'messages':[{'role':'user','content':[{'type':'image_url','image_url':null}]}] | ",
                    "/v1/chat/completions | 'messages':[],'response_format':{'type':'json_schema'} | JSON_SCHEMA",
                    "/v1/chat/completions | 'messages':[],'response_format':{'type':'json_object'} | ",
                    "/v1/responses | 'input':'x','text':{'format':{'type':'json_schema','schema':{}}} | JSON_SCHEMA",
                    "/v1/responses | 'input':'x','text':{'verbosity':'low'} | ",
                    "/v1/messages | 'messages':[],'output_format':{'type':'json_schema'} | JSON_SCHEMA",
                    "/v1/messages | 'messages':[],'output_config':{'effort':'low','format':{'type':'json_schema'}} | JSON_SCHEMA",
                })
        void capabilitiesFollowTheRequest(String url, String fields, Capability needed) {
            assertThat(profile(line(url, fields)).capabilities())
                    .isEqualTo(needed == null ? Set.of() : Set.of(needed));
        }
    }
}
