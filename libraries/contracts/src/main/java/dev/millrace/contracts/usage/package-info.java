/**
 * Interprets the token counts of providers. {@link dev.millrace.contracts.usage.CountTable} is
 * data: each name of a count with its meaning. {@link dev.millrace.contracts.usage.ReportedCounts}
 * reads the names and {@link dev.millrace.contracts.usage.UsageRules} derives the usage, even from
 * inconsistent counts. Worker, gateway and audit read all counts here.
 *
 * <p>To add a name, add a row to the table, and the usage of a real answer to {@code
 * UsageRulesTest}. {@code docs/providers.md} has the first name of each meaning, which {@code
 * CountTableTest} compares.
 *
 * <p>Sources: <a href="https://platform.openai.com/docs/api-reference/chat/object">chat
 * completions</a>, <a
 * href="https://platform.openai.com/docs/api-reference/responses/object">responses</a> and <a
 * href="https://platform.openai.com/docs/api-reference/usage/completions">usage</a> of OpenAI; <a
 * href="https://platform.claude.com/docs/en/api/messages">messages</a> and <a
 * href="https://platform.claude.com/docs/en/api/usage-cost-api">usage reports</a> of Anthropic; <a
 * href="https://ai.google.dev/api/generate-content#UsageMetadata">Gemini</a> and its <a
 * href="https://discuss.ai.google.dev/t/question-with-usage-in-openai-compatibility/98760">OpenAI
 * interface</a>; <a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html">Bedrock</a>
 * and <a href="https://github.com/Portkey-AI/gateway/pull/1211">gateways before it</a>; <a
 * href="https://api-docs.deepseek.com/api/create-chat-completion">DeepSeek</a>; <a
 * href="https://www.alibabacloud.com/help/en/model-studio/context-cache">Alibaba</a>; <a
 * href="https://github.com/BerriAI/litellm/issues/15056">LiteLLM</a>, also <a
 * href="https://github.com/BerriAI/litellm/issues/14884">for batches</a>; <a
 * href="https://openrouter.ai/docs/api-reference/overview">OpenRouter</a>; <a
 * href="https://openrouter.ai/perplexity/sonar-deep-research">Perplexity</a>; <a
 * href="https://langfuse.com/docs/token-usage">Langfuse</a>; counts as <a
 * href="https://github.com/BerriAI/litellm/issues/28024">decimals</a>, and zeros in <a
 * href="https://github.com/envoyproxy/ai-gateway/issues/1631">streamed messages</a>.
 *
 * <p>Pure functions, used from any thread.
 *
 * <p>{@code docs/decisions/023-prices-and-token-counts.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.usage;

import org.jspecify.annotations.NullMarked;
