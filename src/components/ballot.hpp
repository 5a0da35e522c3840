#pragma once
#include <deque>
#include <optional>

#include "components/call.hpp"
#include "kernel/waiting.hpp"

namespace windtunnel {

/// How the copies of a shard have answered one call. Those that are slower than needed go on working after
/// the one who waits has gone: a ballot lives until the last has answered.
class Ballot {
 public:
  void cast(const Reply& reply) {
    --running_;
    if (reply.ok()) {
      --missing_;
      stale_ = stale_ || reply.stale;
    } else if (error_ == Outcome::ok) {
      error_ = reply.outcome;
    }
    if (join_ && (missing_ <= 0 || running_ < missing_)) join_->enough();
  }
  /// When enough have answered well, or too few are left for that.
  Join& decision() { return *join_; }
  Outcome outcome() const { return missing_ <= 0 ? Outcome::ok : error_; }
  bool stale() const { return stale_; }

 private:
  friend class BallotPool;
  std::optional<Join> join_;  // none when nobody waits any more
  int missing_ = 0;
  int running_ = 0;
  Outcome error_ = Outcome::ok;
  bool stale_ = false;
  int users_ = 0;
  Ballot* next_free_ = nullptr;
};

/// The ballots of one component, reused.
class BallotPool {
 public:
  /// A voter's hold on a ballot.
  class Ref {
   public:
    Ref(BallotPool& pool, Ballot& ballot) : pool_(&pool), ballot_(&ballot) { ++ballot.users_; }
    Ref(const Ref& other) : Ref(*other.pool_, *other.ballot_) {}
    Ref& operator=(const Ref&) = delete;
    ~Ref() {
      if (--ballot_->users_ == 0) pool_->release(*ballot_);
    }
    Ballot* operator->() const { return ballot_; }

   private:
    BallotPool* pool_;
    Ballot* ballot_;
  };
  /// The hold of the one who waits; when it ends, nobody does.
  class Owner : public Ref {
   public:
    using Ref::Ref;
    ~Owner() { (*this)->join_.reset(); }
  };

  /// `needed` good answers out of `asked` decide.
  Owner open(Simulator& simulator, int needed, int asked) {
    Ballot* ballot = free_;
    if (ballot) {
      free_ = ballot->next_free_;
    } else {
      ballot = &ballots_.emplace_back();
    }
    ballot->join_.emplace(simulator, needed > 0 ? 1 : 0);
    ballot->missing_ = needed;
    ballot->running_ = asked;
    ballot->error_ = Outcome::ok;
    ballot->stale_ = false;
    return Owner(*this, *ballot);
  }

 private:
  void release(Ballot& ballot) {
    ballot.next_free_ = free_;
    free_ = &ballot;
  }
  std::deque<Ballot> ballots_;
  Ballot* free_ = nullptr;
};

}  // namespace windtunnel
