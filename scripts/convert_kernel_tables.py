#!/usr/bin/env python3
"""Makes GPU profiles (docs/calibrate.md) from published kernel tables.

usage: convert_kernel_tables.py KERNELS SERVING models/profiles

KERNELS holds the tables of ai-dynamo/aiconfigurator (Apache-2.0), SERVING the kernel tables that LLMServingSim
(MIT) took of vLLM's layers on an RTX 4090. Only a part of each table is kept: the rest is close to what
interpolation gives (docs/gpu.md says how close).
"""

import csv
import json
import pathlib
import sys

AICONFIGURATOR = "ai-dynamo/aiconfigurator @ 095f58a5 (Apache-2.0)"
LLMSERVINGSIM = "casys-kaist/LLMServingSim @ 5daddb21 (MIT), vLLM 0.19.0, CUDA 12.8"

GEMM_TOKENS = {1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 129, 160, 192, 256, 257, 384, 512, 513, 768, 1024, 1280, 1536,
               2048, 3072, 4096, 8192}
GEMM_SIDES = {256, 512, 1024, 1536, 2048, 2560, 3072, 4096, 5120, 6144, 7168, 8192, 10240, 12288, 16384, 51200}
HEADS = {(8, 8), (32, 8), (64, 8), (16, 4), (8, 2), (4, 1), (16, 2), (8, 1), (40, 8), (20, 4), (10, 2), (5, 1)}


def rows(path):
    with open(path, newline="") as file:
        yield from csv.DictReader(file)


def seconds(text, unit):
    return float(f"{float(text) * unit:.4g}")


def curve(name, dtype, kernel, columns, points):
    return {"name": name, "dtype": dtype, "kernel": kernel, "columns": columns + ["seconds"], "points": sorted(points)}


def gemm(path, kernel):
    points = []
    for r in rows(path):
        m, n, k = int(r["m"]), int(r["n"]), int(r["k"])
        if m in GEMM_TOKENS and n in GEMM_SIDES and k in GEMM_SIDES:
            points.append([m, n, k, seconds(r["latency_ms"], 1e-3)])
    return curve("gemm", "bf16", kernel, ["m", "n", "k"], points)


def decode(path, kernel):
    points = []
    for r in rows(path):
        heads, kv_heads = int(r["num_heads"]), int(r["num_key_value_heads"])
        context, sequences = int(r["isl"]) + int(r["step"]), int(r["batch_size"])
        if (heads, kv_heads) in HEADS and context >= 16 and sequences <= 1024:
            points.append([sequences, context, heads, kv_heads, int(r["head_dim"]), seconds(r["latency_ms"], 1e-3)])
    return curve("decode_attention", "bf16", kernel, ["sequences", "context", "heads", "kv_heads", "head_dim"], points)


def prefill(path, kernel):
    points = []
    for r in rows(path):
        heads, kv_heads = int(r["num_heads"]), int(r["num_key_value_heads"])
        if (heads, kv_heads) in HEADS and int(r["batch_size"]) in (1, 4, 16):
            points.append([int(r["batch_size"]), int(r["isl"]), 0, heads, kv_heads, int(r["head_dim"]),
                           seconds(r["latency_ms"], 1e-3)])
    return curve("prefill_attention", "bf16", kernel,
                 ["sequences", "chunk", "past", "heads", "kv_heads", "head_dim"], points)


def all_reduce(kernels):
    """vLLM's own all-reduce under CUDA graphs for small messages, NCCL beyond."""
    points = {}
    for r in rows(kernels / "h100_sxm_nccl_2.27.3.csv"):
        if r["op_name"] == "all_reduce" and r["nccl_dtype"] == "half":
            points[int(r["num_gpus"]), 2 * int(r["message_size"])] = seconds(r["latency_ms"], 1e-3)
    for r in rows(kernels / "h100_sxm_allreduce_vllm0.24.0.csv"):
        if r["backend"] == "vllm_graph":
            key = int(r["num_gpus"]), 2 * int(r["message_size_elements"])
            points[key] = min(points.get(key, 1e9), seconds(r["latency_ms"], 1e-3))
    return curve("all_reduce", "bf16", "vLLM custom all-reduce (graph) or NCCL 2.27.3, the faster", ["gpus", "bytes"],
                 [[gpus, size, time] for (gpus, size), time in points.items()])


def rtx4090(serving):
    """Llama-3.1-8B layer by layer: hidden 4096, 32 heads on 8, feed-forward 14336, vocabulary 128256."""
    shapes = {"qkv_proj": (6144, 4096), "o_proj": (4096, 4096), "gate_up_proj": (28672, 4096),
              "down_proj": (4096, 14336)}
    layers = {"layernorm": ("rms_norm", 4096), "act_fn": ("silu_mul", 14336), "rotary_emb": ("rotary", 5120)}
    products, row_layers = [], {name: [] for name in layers}
    for r in rows(serving / "dense.csv"):
        tokens, time = int(r["tokens"]), seconds(r["time_us"], 1e-6)
        if r["layer"] in shapes:
            products.append([tokens, *shapes[r["layer"]], time])
        elif r["layer"] in layers:
            row_layers[r["layer"]].append([tokens, layers[r["layer"]][1], time])
    samplers = []
    for r in rows(serving / "per_sequence.csv"):
        if r["layer"] == "lm_head":
            products.append([int(r["sequences"]), 128256, 4096, seconds(r["time_us"], 1e-6)])
        else:
            samplers.append([int(r["sequences"]), 128256, seconds(r["time_us"], 1e-6)])
    decodes, prefills = [], []
    for r in rows(serving / "attention.csv"):
        chunk, past, n, context = (int(r[c]) for c in ("prefill_chunk", "kv_prefill", "n_decode", "kv_decode"))
        time = seconds(r["time_us"], 1e-6)
        if chunk == 0:
            decodes.append([n, context, 32, 8, 128, time])
        elif n == 0:
            prefills.append([1, chunk, past, 32, 8, 128, time])
    kernel = "vLLM 0.19.0"
    return [curve("gemm", "bf16", kernel, ["m", "n", "k"], products),
            curve("decode_attention", "bf16", kernel, ["sequences", "context", "heads", "kv_heads", "head_dim"], decodes),
            curve("prefill_attention", "bf16", kernel,
                  ["sequences", "chunk", "past", "heads", "kv_heads", "head_dim"], prefills),
            *(curve(name, "bf16", kernel, ["tokens", "width"], row_layers[layer])
              for layer, (name, _) in layers.items()),
            curve("sampler", "fp32", kernel, ["sequences", "vocabulary"], samplers)]


def write(folder, gpu, sources, curves):
    text = json.dumps({"windtunnel_profile": 1, "gpu": gpu, "provenance": {"kind": "public", "sources": sources},
                       "curves": curves})
    # One point per line, so that a change is a small difference.
    text = text.replace("[[", "[\n[").replace("], [", "],\n[").replace('{"name"', '\n{"name"')
    (folder / f"{gpu}.json").write_text(text + "\n")


def main():
    kernels, serving, folder = (pathlib.Path(argument) for argument in sys.argv[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, "h100-sxm", [AICONFIGURATOR],
          [gemm(kernels / "h100_sxm_gemm_bf16_vllm0.19.0.csv", "vLLM 0.19.0"),
           decode(kernels / "h100_sxm_attn_decode_bf16_vllm0.24.0.csv", "vLLM 0.24.0"),
           prefill(kernels / "h100_sxm_attn_prefill_bf16_vllm0.24.0.csv", "vLLM 0.24.0"), all_reduce(kernels)])
    write(folder, "a100-sxm-80gb", [AICONFIGURATOR],
          [gemm(kernels / "a100_sxm_gemm_bf16_vllm0.14.0.csv", "vLLM 0.14.0"),
           decode(kernels / "a100_sxm_attn_decode_bf16_vllm0.14.0.csv", "vLLM 0.14.0"),
           prefill(kernels / "a100_sxm_attn_prefill_bf16_vllm0.14.0.csv", "vLLM 0.14.0")])
    write(folder, "rtx-4090", [LLMSERVINGSIM], rtx4090(serving))


if __name__ == "__main__":
    main()
