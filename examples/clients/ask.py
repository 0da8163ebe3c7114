"""Asks one question, streams the answer to another, and runs a batch, with the official package "openai".

Arguments: base URL, such as http://127.0.0.1:8080/v1, and an API key if the gateway has keys.
"""

import json
import sys
import time

from openai import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key=sys.argv[2] if len(sys.argv) > 2 else "none")


def messages(question):
    return [{"role": "user", "content": question}]


answer = client.chat.completions.create(model="auto", messages=messages("Where is my parcel?"))
print("answer:", answer.choices[0].message.content)

print("stream: ", end="")
for chunk in client.chat.completions.create(model="gpt-4.1", messages=messages("Say hello"), stream=True):
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
print()

lines = [
    {
        "custom_id": f"question-{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "auto", "messages": messages(f"What is {number} times {number}?")},
    }
    for number in range(3)
]
content = "\n".join(json.dumps(line) for line in lines).encode()
file = client.files.create(file=("questions.jsonl", content), purpose="batch")
batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
while batch.status not in ("completed", "failed", "expired", "cancelled"):
    time.sleep(1)
    batch = client.batches.retrieve(batch.id)
print("batch:", batch.status, batch.request_counts.completed, "of", batch.request_counts.total)
print(client.files.content(batch.output_file_id).text, end="")
