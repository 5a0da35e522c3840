#pragma once
#include <cassert>

namespace windtunnel {

/// A member of an intrusive list; leaves it when destroyed.
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }

  bool linked() const { return next_ != nullptr; }
  void unlink() {
    if (!next_) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }

 private:
  template <class T>
  friend class List;
  ListNode* next_ = nullptr;
  ListNode* previous_ = nullptr;
};

/// A doubly linked list of objects that live elsewhere: no allocation, removal in O(1) from anywhere.
template <class T>
class List {
 public:
  List() { root_.next_ = root_.previous_ = &root_; }
  ~List() {
    while (!empty()) front().ListNode::unlink();
    root_.next_ = root_.previous_ = nullptr;
  }

  bool empty() const { return root_.next_ == &root_; }
  T& front() { return static_cast<T&>(*root_.next_); }
  T& back() { return static_cast<T&>(*root_.previous_); }
  void push_back(T& node) { insert_before(root_, node); }
  void push_front(T& node) { insert_before(*root_.next_, node); }

  template <class Visit>
  void for_each(Visit visit) {
    for (ListNode* node = root_.next_; node != &root_;) {
      ListNode* next = node->next_;
      visit(static_cast<T&>(*node));
      node = next;
    }
  }

 private:
  static void insert_before(ListNode& position, ListNode& node) {
    assert(!node.linked());
    node.next_ = &position;
    node.previous_ = position.previous_;
    position.previous_->next_ = &node;
    position.previous_ = &node;
  }
  ListNode root_;
};

}  // namespace windtunnel
