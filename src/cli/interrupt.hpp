#pragma once
#include <atomic>

namespace windtunnel {

/// Becomes true at the first Ctrl-C (or SIGTERM); a second one ends the program at once.
const std::atomic<bool>& interrupt_flag();

}  // namespace windtunnel
