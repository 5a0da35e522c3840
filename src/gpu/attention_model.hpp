#pragma once

#include <optional>
#include <vector>

#include "gpu/interpolation.hpp"
#include "gpu/precision.hpp"
#include "gpu/profile.hpp"

namespace windtunnel {

/// What attention reads and computes on one GPU, per layer.
struct AttentionShape {
  double heads = 0;
  double kv_heads = 0;
  double head_dim = 0;
  /// Bytes of one token in the cache of one layer: keys and values, or the latent vector that stands for
  /// both.
  double kv_bytes_per_token = 0;
};

/// Attention of one new token per sequence against its context.
class DecodeAttention {
 public:
  DecodeAttention(const Gpu& gpu, const GpuProfile* profile, const AttentionShape& shape);

  /// Seconds for `sequences` sequences with `context_tokens` cached tokens in all. Between measured points
  /// linear in the mean context and in the number of sequences; beyond them the reached bandwidth of the edge
  /// holds.
  double seconds(double sequences, double context_tokens) const;

 private:
  struct Row {
    double sequences;
    LinearTable seconds_by_context;
  };
  double in_row(const Row& row, double context) const;

  double bytes_per_second_ = 0;
  double kv_bytes_per_token_ = 0;
  double sequence_scale_ =
      1;  ///< (sequence, kv head) pairs of one sequence, in sequences of the measured shape
  double context_scale_ = 1;  ///< bytes of a token and kv head, in those of the measured shape
  std::vector<Row> rows_;     ///< empty: roofline with fixed efficiency
};

/// Causal attention of prompt chunks: floor + token · P + pair · Q with P new tokens and Q the (query, key)
/// pairs that causality leaves, fitted to the measured points by non-negative least squares of relative
/// errors.
class PrefillAttention {
 public:
  PrefillAttention(const Gpu& gpu, const GpuProfile* profile, const AttentionShape& shape);

  /// Seconds for `tokens` new tokens and `pairs` = Σ n·(c + n/2) over chunks of n tokens with c before them.
  double seconds(double tokens, double pairs) const;
  double floor_seconds() const { return floor_; }
  double seconds_per_token() const { return per_token_; }
  double seconds_per_pair() const { return per_pair_; }

 private:
  double floor_ = 0;
  double per_token_ = 0;
  double per_pair_ = 0;
  double least_per_pair_ = 0;
};

}  // namespace windtunnel
