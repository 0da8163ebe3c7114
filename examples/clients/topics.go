// Publishes a request and reads its result with "franz-go": no library of Millrace is needed.
// Argument: bootstrap server, such as 127.0.0.1:9092.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type result struct {
	CustomID string `json:"custom_id"`
	Response struct {
		Body struct {
			Choices []struct {
				Message struct{ Content string }
			}
		}
	}
	Millrace struct {
		Model   string
		CostUSD json.Number `json:"cost_usd"`
	}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	customID := fmt.Sprintf("parcel-%d", time.Now().UnixNano())
	request, err := json.Marshal(map[string]any{
		"custom_id": customID,
		"method":    "POST",
		"url":       "/v1/chat/completions",
		"body": map[string]any{
			"model":    "auto",
			"messages": []map[string]string{{"role": "user", "content": "Where is my parcel?"}},
		},
	})
	check(err)

	// Results are written in transactions. By default, franz-go also returns records of aborted ones.
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Args[1]),
		kgo.ConsumeTopics("millrace.results"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
	)
	check(err)
	defer client.Close()
	record := &kgo.Record{Topic: "millrace.requests", Key: []byte(customID), Value: request}
	check(client.ProduceSync(ctx, record).FirstErr())

	// A result's "custom_id" is the one of its request.
	for {
		fetches := client.PollFetches(ctx)
		check(fetches.Err())
		for _, record := range fetches.Records() {
			var line result
			check(json.Unmarshal(record.Value, &line))
			if line.CustomID == customID {
				fmt.Println(line.Response.Body.Choices[0].Message.Content)
				fmt.Println(line.Millrace.Model, line.Millrace.CostUSD, "USD")
				return
			}
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
