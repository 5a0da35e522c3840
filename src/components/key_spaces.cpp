#include "components/key_spaces.hpp"

#include <algorithm>

namespace windtunnel {

int KeySpaces::add(std::string_view name) {
  const int known = find(name);
  if (known >= 0) return known;
  names_.emplace_back(name);
  return size() - 1;
}

int KeySpaces::find(std::string_view name) const {
  const auto place = std::find(names_.begin(), names_.end(), name);
  return place == names_.end() ? -1 : static_cast<int>(place - names_.begin());
}

int KeySpaces::find_in_name(std::string_view text) const {
  for (int space = 0; space < size(); ++space) {
    const std::string& word = name(space);
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const auto is_letter = [&](std::size_t position) {
        return position < text.size() && ((text[position] >= 'a' && text[position] <= 'z') ||
                                          (text[position] >= 'A' && text[position] <= 'Z'));
      };
      const bool starts = at == 0 || !is_letter(at - 1);
      // A plural counts as the word: `popular_items` is about items.
      const std::size_t end = at + word.size();
      const bool ends = !is_letter(end) || (text[end] == 's' && !is_letter(end + 1));
      if (starts && ends) return space;
    }
  }
  return -1;
}

void KeySpaces::set_law(int workload, int space, KeySampler law) {
  if (laws_.size() <= static_cast<std::size_t>(workload))
    laws_.resize(static_cast<std::size_t>(workload) + 1);
  auto& row = laws_[static_cast<std::size_t>(workload)];
  if (row.size() <= static_cast<std::size_t>(space)) row.resize(static_cast<std::size_t>(space) + 1);
  row[static_cast<std::size_t>(space)] = law;
}

const KeySampler* KeySpaces::law(int workload, int space) const {
  if (static_cast<std::size_t>(workload) >= laws_.size()) return nullptr;
  const auto& row = laws_[static_cast<std::size_t>(workload)];
  if (static_cast<std::size_t>(space) >= row.size() || !row[static_cast<std::size_t>(space)]) return nullptr;
  return &*row[static_cast<std::size_t>(space)];
}

}  // namespace windtunnel
