package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats OpenAI embeddings. */
final class EmbeddingsWire {
    private EmbeddingsWire() {}

    static ObjectNode body(Answer answer) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = body.putArray("data");
        for (int i = 0; i < answer.embeddings().size(); i++) {
            Embedding embedding = answer.embeddings().get(i);
            ObjectNode node = data.addObject().put("object", "embedding").put("index", i);
            if (answer.delivery().base64()) {
                node.put("embedding", base64(embedding.vector()));
            } else {
                ArrayNode vector = node.putArray("embedding");
                for (float one : embedding.vector()) {
                    vector.add(one);
                }
            }
        }
        body.put("model", answer.model());
        body.putObject("usage")
                .put("prompt_tokens", answer.usage().input())
                .put("total_tokens", answer.usage().total());
        return body;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
