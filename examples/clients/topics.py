"""Publishes a request and reads its result with "confluent-kafka": no library of Millrace is needed.

Argument: bootstrap server, such as 127.0.0.1:9092.
"""

import json
import sys
import uuid

from confluent_kafka import Consumer, Producer

servers = {"bootstrap.servers": sys.argv[1]}
request = {
    "custom_id": f"parcel-{uuid.uuid4()}",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "auto", "messages": [{"role": "user", "content": "Where is my parcel?"}]},
}

producer = Producer(servers)
producer.produce("millrace.requests", key=request["custom_id"], value=json.dumps(request))
producer.flush()

# Reads committed records only, as librdkafka does by default. A result's "custom_id" is the one of its request.
consumer = Consumer({**servers, "group.id": request["custom_id"], "auto.offset.reset": "earliest"})
consumer.subscribe(["millrace.results"])
result = None
while result is None:
    message = consumer.poll(1)
    if message is not None and message.error() is None:
        line = json.loads(message.value())
        if line["custom_id"] == request["custom_id"]:
            result = line
consumer.close()

print(result["response"]["body"]["choices"][0]["message"]["content"])
print(result["millrace"]["model"], result["millrace"]["cost_usd"], "USD")
