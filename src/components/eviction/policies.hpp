#pragma once

#include <memory>

#include "components/eviction/policy.hpp"

// One maker per file of this folder; make_policy is the way in.
namespace windtunnel::eviction {

std::unique_ptr<EvictionPolicy> make_lru(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_fifo(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_clock(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_lfu(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_sieve(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_s3_fifo(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_two_queue(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_arc(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_lirs(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_w_tiny_lfu(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_random(Capacity capacity, RandomStream random);
std::unique_ptr<EvictionPolicy> make_redis_lru(Capacity capacity, RandomStream random);
std::unique_ptr<EvictionPolicy> make_redis_lfu(Capacity capacity, RandomStream random);
std::unique_ptr<EvictionPolicy> make_redis_random(Capacity capacity, RandomStream random);
std::unique_ptr<EvictionPolicy> make_memcached(Capacity capacity);
std::unique_ptr<EvictionPolicy> make_memcached_classic(Capacity capacity);

}  // namespace windtunnel::eviction
