#pragma once
// The paged key-value cache that decode attention reads (Kwon et al., "PagedAttention", SOSP 2023, section
// 4).

#include <cstddef>

#include "gpu/kernels/element.hpp"

namespace windtunnel::calibrate {

constexpr int kPageTokens = 16;

/// Pages of 16 tokens laid out [page][kv head][token in page][dimension]; a sequence's pages lie anywhere.
struct PagedCache {
  const Bf16* keys;
  const Bf16* values;
  const int* page_table;  ///< [sequence][pages_per_sequence]: the page that holds tokens 16·i … 16·i + 15
  int pages_per_sequence;
  int kv_heads;
  int head_dim;
};

/// Where the first token of a page stands, for one head, counted in elements.
WINDTUNNEL_BOTH std::size_t page_offset(const PagedCache& cache, int page, int kv_head) {
  return (static_cast<std::size_t>(page) * cache.kv_heads + kv_head) * kPageTokens * cache.head_dim;
}

}  // namespace windtunnel::calibrate
