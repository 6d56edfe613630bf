// Samples N responses to one prompt with llama.cpp's library, one sequence each, all in one batch, at
// temperature 1 and top-p 0.9, and prints a line of JSON for each piece of work:
// llamaSample LABEL GGUF PROMPT_FILE GPU_LAYERS THREADS cpu|device N:TOKENS [N:TOKENS …]
// `device` draws in the graph ("backend sampling"), `cpu` on THREADS threads.
#include "llama.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

static double milliseconds(Clock::time_point from) {
    return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

static double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
}

[[noreturn]] static void fail(const char * what) {
    fprintf(stderr, "llamaSample: %s\n", what);
    exit(1);
}

struct Row {
    llama_seq_id sequence;
    int32_t output;
    llama_token token;
};

struct Setting {
    std::string label;
    int threads;
    bool on_device;
};

static void sample(llama_model * model, const std::vector<llama_token> & prompt, const Setting & setting, int n,
                   int tokens, bool told) {
    const llama_vocab * vocab = llama_model_get_vocab(model);
    std::vector<llama_sampler_seq_config> samplers;
    for (int i = 0; i < n; i++) {
        llama_sampler * chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
        llama_sampler_chain_add(chain, llama_sampler_init_top_p(0.9f, 1));
        llama_sampler_chain_add(chain, llama_sampler_init_dist(1000 + i));
        samplers.push_back({ i, chain });
    }
    llama_context_params params = llama_context_default_params();
    const int width = ((int) prompt.size() + tokens + 256) / 256 * 256;
    params.n_ctx = width * n;
    params.n_batch = params.n_ubatch = 2048;
    params.n_seq_max = n;
    params.n_outputs_max = std::max(n, 1);
    params.n_threads = params.n_threads_batch = setting.threads;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.kv_unified = false;
    if (setting.on_device) {
        params.samplers = samplers.data();
        params.n_samplers = samplers.size();
    }
    llama_context * context = llama_init_from_model(model, params);
    if (!context) fail("no context");
    llama_batch batch = llama_batch_init(std::max((int) prompt.size(), n), 0, 1);
    auto add = [&batch](llama_token token, llama_pos position, llama_seq_id sequence, bool output) {
        const int at = batch.n_tokens++;
        batch.token[at] = token;
        batch.pos[at] = position;
        batch.n_seq_id[at] = 1;
        batch.seq_id[at][0] = sequence;
        batch.logits[at] = output;
    };

    const auto began = Clock::now();
    for (size_t i = 0; i < prompt.size(); i++) add(prompt[i], i, 0, i + 1 == prompt.size());
    if (llama_decode(context, batch)) fail("the prompt is not decoded");
    // The graph draws one token of the prompt, with which all rows begin if it draws.
    std::vector<Row> rows;
    for (int i = 0; i < n; i++) {
        if (i > 0) llama_memory_seq_cp(llama_get_memory(context), 0, i, -1, -1);
        rows.push_back({ i, batch.n_tokens - 1, 0 });
    }
    std::vector<double> decodes, draws;
    int drawn = 0;
    for (int step = 0; step < tokens && !rows.empty(); step++) {
        auto draw = [&](int first, int stride) {
            for (size_t i = first; i < rows.size(); i += stride) {
                Row & row = rows[i];
                llama_sampler * chain = samplers[row.sequence].sampler;
                if (!setting.on_device) {
                    row.token = llama_sampler_sample(chain, context, row.output);
                    continue;
                }
                row.token = llama_get_sampled_token_ith(context, row.output);
                llama_sampler_accept(chain, row.token);
            }
        };
        const auto drawing = Clock::now();
        const int workers = setting.on_device ? 1 : std::min<int>(setting.threads, rows.size());
        std::vector<std::thread> threads;
        for (int i = 1; i < workers; i++) threads.emplace_back(draw, i, workers);
        draw(0, workers);
        for (auto & thread : threads) thread.join();
        drawn += rows.size();
        std::vector<Row> next;
        batch.n_tokens = 0;
        for (Row & row : rows) {
            if (row.token < 0) fail("no token was drawn");
            if (llama_vocab_is_eog(vocab, row.token)) continue;
            next.push_back({ row.sequence, batch.n_tokens, row.token });
            add(row.token, prompt.size() + step, row.sequence, true);
        }
        rows = std::move(next);
        draws.push_back(milliseconds(drawing));
        if (rows.empty() || step + 1 == tokens) break;
        const auto decoding = Clock::now();
        if (llama_decode(context, batch)) fail("a step is not decoded");
        llama_synchronize(context);
        decodes.push_back(milliseconds(decoding));
    }
    const double seconds = milliseconds(began) / 1000;
    if (told) {
        printf("{\"label\":\"%s\",\"name\":\"one prompt, N=%d, %d new tokens\",\"tokens\":%d,\"seconds\":%.4f,"
               "\"rate\":%.1f,\"medians\":{\"decode\":%.3f,\"draw\":%.3f}}\n",
               setting.label.c_str(), n, tokens, drawn, seconds, drawn / seconds, median(decodes), median(draws));
        fflush(stdout);
    }
    llama_batch_free(batch);
    llama_free(context);
    for (auto & each : samplers) llama_sampler_free(each.sampler);
}

int main(int count, char ** given) {
    if (count < 8) fail("arguments are missing");
    ggml_backend_load_all();
    llama_log_set([](ggml_log_level level, const char * text, void *) {
        if (level >= GGML_LOG_LEVEL_WARN) fputs(text, stderr);
    }, nullptr);
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = atoi(given[4]);
    llama_model * model = llama_model_load_from_file(given[2], params);
    if (!model) fail("no model");
    std::ifstream file(given[3]);
    const std::string text{ std::istreambuf_iterator<char>(file), {} };
    std::vector<llama_token> prompt(text.size() + 8);
    const int length = llama_tokenize(llama_model_get_vocab(model), text.c_str(), text.size(), prompt.data(),
                                      prompt.size(), false, true);
    if (length <= 0) fail("the prompt has no tokens");
    prompt.resize(length);
    const Setting setting{ given[1], std::max(1, atoi(given[5])), std::string(given[6]) == "device" };
    for (int i = 7; i < count; i++) {
        int n = 0, tokens = 0;
        if (sscanf(given[i], "%d:%d", &n, &tokens) != 2) fail("work is written N:TOKENS");
        sample(model, prompt, setting, n, std::min(tokens, 8), false);
        sample(model, prompt, setting, n, tokens, true);
    }
    llama_model_free(model);
}
