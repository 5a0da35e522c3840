#include "components/replica.hpp"

#include "components/component.hpp"

namespace windtunnel {

Replica::Replica(Component& owner, int index, PlaceId place)
    : owner_(&owner), index_(static_cast<std::uint16_t>(index)), place_(place) {
  alive_.add(1, owner.simulator_.now());
}

void Replica::crash() {
  if (++crashes_ > 1) return;
  up_ = false;
  if (open_) alive_.add(-1, owner_->simulator_.now());
  while (!hosted_.empty()) hosted_.front().kill();
  own_tasks_.clear();
  owner_->replica_crashed(*this);
  owner_->watchers_.for_each([this](ReplicaWatcher& watcher) { watcher.replica_changed(*this); });
}

void Replica::set_open(bool open) {
  if (open_ == open) return;
  open_ = open;
  if (up_) alive_.add(open ? 1 : -1, owner_->simulator_.now());
  owner_->watchers_.for_each([this](ReplicaWatcher& watcher) { watcher.replica_opened(*this, open_); });
}

void Replica::restart() {
  if (up_ || --crashes_ > 0) return;
  up_ = true;
  if (open_) alive_.add(1, owner_->simulator_.now());
  owner_->watchers_.for_each([this](ReplicaWatcher& watcher) { watcher.replica_changed(*this); });
}

}  // namespace windtunnel
